// Kernels in words, and as scenario files.
#include "kernel.hpp"

namespace shootdown::naive {
namespace {

const char* page_name(const Kernel& kernel, std::uint8_t page) { return pages(kernel.architecture)[page].name; }

std::string pte_text(const Kernel& kernel, const Pte& pte) {
  if (pte.bits == 0) return "0";
  std::string text = std::string(page_name(kernel, pte.page)) + "|P";
  if ((pte.bits & kWrite) != 0) text += "|RW";
  if ((pte.bits & kUser) != 0) text += "|US";
  if ((pte.bits & kGlobal) != 0) text += "|G";
  if ((pte.bits & kDirty) != 0) text += "|D";
  return text;
}

// The right-hand side of a page-table store in C.
std::string pte_code(const Kernel& kernel, const Pte& pte) {
  if (pte.bits == 0) return "0";
  std::string text = std::string("(unsigned long)") + page_name(kernel, pte.page) + " | _PAGE_PRESENT | _PAGE_ACCESSED";
  if ((pte.bits & kWrite) != 0) text += " | _PAGE_RW";
  if ((pte.bits & kUser) != 0) text += " | _PAGE_USER";
  if ((pte.bits & kGlobal) != 0) text += " | _PAGE_GLOBAL";
  if ((pte.bits & kDirty) != 0) text += " | _PAGE_DIRTY";
  return text;
}

std::string hex(std::uint64_t value) {
  std::string digits;
  do digits.insert(digits.begin(), "0123456789abcdef"[value % 16]);
  while ((value /= 16) != 0);
  return "0x" + digits;
}

std::string entry_code(const Kernel& kernel, std::uint8_t page, unsigned slot) {
  return std::string(page_name(kernel, page)) + "[" + std::to_string(kernel.index(kernel.level_of(page), slot)) + "]";
}

std::string code(const Kernel& kernel, const Op& op) {
  const std::string va = hex(kernel.address(op.va)), page = page_name(kernel, op.page), pcid = std::to_string(op.pcid);
  switch (op.kind) {
    case OpKind::LoadCr3:
      return "mov_to_cr3((unsigned long)" + page + (op.pcid != 0 ? " | " + pcid : "") +
             (op.flag ? " | X86_CR3_PCID_NOFLUSH" : "") + ");";
    case OpKind::LoadOther:
      return std::string("mov_to_cr3((sd_context_self() ? (unsigned long)RA") + (op.pcid != 0 ? " | 1" : "") +
             " : (unsigned long)RB" + (op.pcid != 0 ? " | 2" : "") + ")" + (op.flag ? " | X86_CR3_PCID_NOFLUSH" : "") +
             ");";
    case OpKind::ReadCr3: return "r = mov_from_cr3();";
    case OpKind::WriteCr3: return op.flag ? "mov_to_cr3(r | X86_CR3_PCID_NOFLUSH);" : "mov_to_cr3(r);";
    case OpKind::ReadCr4: return "s = mov_from_cr4();";
    case OpKind::ClearPge: return "mov_to_cr4(s & ~X86_CR4_PGE);";
    case OpKind::RestoreCr4: return "mov_to_cr4(s);";
    case OpKind::Store: return entry_code(kernel, op.page, op.slot) + " = " + pte_code(kernel, op.pte) + ";";
    case OpKind::Invlpg: return "invlpg(" + va + ");";
    case OpKind::Invpcid: return "invpcid(" + std::to_string(op.type) + ", " + pcid + ", " + va + ");";
    case OpKind::Invlpgb: {
      std::string rax = (op.type & kByVa) != 0 ? va + " | X86_INVLPGB_VA" : "0";
      if ((op.type & kByPcid) != 0) rax += " | X86_INVLPGB_PCID";
      if ((op.type & kGlobalToo) != 0) rax += " | X86_INVLPGB_GLOBAL";
      if ((op.type & kFinalOnly) != 0) rax += " | X86_INVLPGB_FINAL_ONLY";
      return "invlpgb(" + rax + ", 0, " + (op.pcid != 0 ? pcid + "ul << 16" : "0") + ");";
    }
    case OpKind::Tlbsync: return "tlbsync();";
    case OpKind::Access:
      return std::string(op.user ? "user" : "kernel") + (op.flag ? "_store(" + va + ", 0);" : "_load(" + va + ");");
    case OpKind::Cli: return "cli();";
    case OpKind::Sti: return "sti();";
    case OpKind::Switch: return "sd_context_switch(!sd_context_self());";
    case OpKind::Revoked: return "sd_revoked((unsigned long)" + page + ", " + va + ");";
    case OpKind::Freed: return "sd_page_freed((unsigned long)" + page + ");";
    case OpKind::Signal: return "said[sd_context_self()] = 1;";
    case OpKind::Await: return "while (!said[!sd_context_self()]) {}";
    case OpKind::InUse: return "sd_page_in_use((unsigned long)" + page + ");";
  }
  return "";
}

std::string body(const Kernel& kernel, List list) {
  std::string text, registers;
  for (const Op& op : kernel.lists[list]) {
    text += "\t" + code(kernel, op) + "\n";
    if (op.kind == OpKind::ReadCr3 && registers.find('r') == std::string::npos)
      registers += registers.empty() ? "r" : ", r";
    if (op.kind == OpKind::ReadCr4 && registers.find('s') == std::string::npos)
      registers += registers.empty() ? "s" : ", s";
  }
  return (registers.empty() ? "" : "\tunsigned long " + registers + ";\n\n") + text;
}

std::string paging_on(const Kernel& kernel, std::uint8_t root) {
  std::string cr4 = kernel.architecture == Architecture::X86_64 ? "X86_CR4_PAE" : "0";
  if (kernel.pge) cr4 += " | X86_CR4_PGE";
  std::string text = std::string("\tmov_to_cr3((unsigned long)") + page_name(kernel, root) + ");\n";
  text += "\tmov_to_cr4(" + cr4 + ");\n\tmov_to_cr0(X86_CR0_PE | X86_CR0_PG" + (kernel.protect ? " | X86_CR0_WP" : "") +
          ");\n";
  if (kernel.pcide) text += "\tmov_to_cr4(" + cr4 + " | X86_CR4_PCIDE);\n";
  return text;
}

}  // namespace

std::string to_text(const Kernel& kernel, const Op& op) {
  if (op.kind == OpKind::Store)
    return std::string(page_name(kernel, op.page)) + "." + std::to_string(op.slot) + " = " + pte_text(kernel, op.pte);
  return code(kernel, op);
}

std::string to_text(const Kernel& kernel) {
  std::string text = kernel.architecture == Architecture::I386 ? "i386" : "x86-64";
  text += kernel.split ? ", pages split" : ", pages together";
  text += std::string(", PGE ") + (kernel.pge ? "on" : "off") + ", PCIDE " + (kernel.pcide ? "on" : "off") + ", WP " +
          (kernel.protect ? "on" : "off") + (kernel.invpcid ? "" : ", no INVPCID") + ", IF " +
          (kernel.interrupts ? "on" : "off") +
          (kernel.two_cpus ? kernel.common_root ? ", 2 CPUs on RA" : ", 2 CPUs" : "") +
          (kernel.buffers ? ", store buffers" : "") + "\n";
  const char* const names[] = {"context 0", "context 1", "timer", "page fault"};
  for (unsigned list = 0; list < kLists; ++list) {
    if (list == kMain1 && kernel.contexts() == 1) continue;
    if ((list == kTimer && !kernel.timer) || (list == kFault && !kernel.fault_handler)) continue;
    text += std::string("  ") + names[list] + ":\n";
    for (const Op& op : kernel.lists[list]) text += "    " + to_text(kernel, op) + "\n";
  }
  return text;
}

std::string to_scenario(const Kernel& kernel, const std::string& title, const std::string& verdict) {
  const bool deep = kernel.architecture == Architecture::X86_64;
  std::string features = "pge";
  if (kernel.pcide) features += ",pcid";
  if (kernel.invpcid) features += ",invpcid";
  if (kernel.broadcasts()) features += ",invlpgb";
  std::string text = "/* " + title + "\n *\n * machine: " + (deep ? "x86-64" : "i386") +
                     (kernel.two_cpus ? "\n * cpus: 2" : "") + "\n * variant: generated  " + verdict +
                     (kernel.two_cpus && !kernel.buffers ? "  --memory sc" : "") + "  --cpu-features " + features +
                     "\n */\n#include <shootdown/x86.h>\n\n";
  for (const Page& page : pages(kernel.architecture))
    text += std::string("static volatile unsigned long ") + page.name +
            "[4096 / sizeof(long)] __attribute__((aligned(4096)));\n";
  if (kernel.two_cpus) text += "static volatile unsigned long said[2];\n";
  const auto handler = [&](List list, const char* name) {
    text += std::string("\nstatic void ") + name + "(unsigned long error_code, unsigned long from_user)\n{\n";
    text += "\t(void)error_code;\n\t(void)from_user;\n" + body(kernel, list) + "}\n";
  };
  if (kernel.timer) handler(kTimer, "timer");
  if (kernel.fault_handler) handler(kFault, "page_fault");
  if (kernel.contexts() == 2) {
    text += "\nstatic void second(void *arg)\n{\n\t(void)arg;\n";
    if (kernel.two_cpus)
      text += std::string("\tsd_expect_root(1, (unsigned long)") + page_name(kernel, kernel.own_root(1)) +
              ");\n\tsd_context_daemon(1);\n" + paging_on(kernel, kernel.own_root(1));
    text += body(kernel, kMain1);
    text += "\tsd_context_finish();\n\tfor (;;)\n\t\thlt();\n}\n";
  }
  text +=
      "\nstatic void first(void)\n{\n" + body(kernel, kMain0) + "\tsd_context_finish();\n\tfor (;;)\n\t\thlt();\n}\n";
  text += "\nSCENARIO\n{\n";
  const Tables tables = kernel.tables();
  for (std::uint8_t page = 0; page < pages(kernel.architecture).size(); ++page)
    for (unsigned slot = 0; slot < kSlots; ++slot)
      if (tables[page][slot].bits != 0)
        text += "\t" + entry_code(kernel, page, slot) + " = " + pte_code(kernel, tables[page][slot]) + ";\n";
  for (const char* root : {"RA", "RB"})
    text += std::string("\tsd_name_root((unsigned long)") + root + ", \"" + root[1] + "\");\n";
  text += "\tsd_expect_root(0, (unsigned long)RA);\n\tsd_context_daemon(0);\n";
  if (kernel.contexts() == 2 && !kernel.two_cpus)
    text +=
        "\tsd_context_create(second, (void *)0, \"second\");\n\tsd_expect_root(1, (unsigned "
        "long)RB);\n\tsd_context_daemon(1);\n";
  if (kernel.timer) text += "\tsd_set_vector(32, timer);\n\tsd_timer(32);\n";
  if (kernel.fault_handler) text += "\tsd_set_vector(X86_TRAP_PF, page_fault);\n";
  text += paging_on(kernel, 0);
  if (kernel.interrupts) text += "\tsti();\n";
  if (kernel.two_cpus) text += "\tsd_cpu_start(1, second, (void *)0, \"second\");\n";
  return text + "\tfirst();\n}\n";
}

}  // namespace shootdown::naive
