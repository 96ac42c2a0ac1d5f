// LLVM's intrinsic functions that touch memory, the stack, or the machine.
#include <llvm/IR/Constants.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsAArch64.h>
#include <llvm/IR/IntrinsicsX86.h>

#include "frontend/lower_function.hpp"

namespace shootdown::frontend {
namespace {

namespace In = llvm::Intrinsic;
using machine::Operation;

}  // namespace

void FunctionLowering::lower_bulk(const llvm::CallBase& call, Opcode op) {
  const auto& bulk = llvm::cast<llvm::MemIntrinsic>(call);
  const auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(&bulk);
  if (bulk.getDestAddressSpace() != 0 || (transfer != nullptr && transfer->getSourceAddressSpace() != 0))
    return unsupported("a block copy relative to a segment");
  const Operand destination = operand(bulk.getRawDest());
  const Operand source = operand(call.getArgOperand(1));
  const Operand bytes = operand(bulk.getLength());
  out_.bulk(op, destination, source, bytes, bulk.isVolatile() ? program::kVolatile : 0);
}

bool FunctionLowering::lower_intrinsic_memory(const llvm::CallBase& call, unsigned id) {
  switch (id) {
    case In::memcpy:
    case In::memcpy_inline: lower_bulk(call, Opcode::MemCpy); return true;
    case In::memmove: lower_bulk(call, Opcode::MemMove); return true;
    case In::memset:
    case In::memset_inline: lower_bulk(call, Opcode::MemSet); return true;
    case In::stacksave: {
      const Operand result = define(call);
      out_.emit(Opcode::StackSave).dst = result;
      return true;
    }
    case In::stackrestore: {
      const Operand pointer = operand(call.getArgOperand(0));
      out_.emit(Opcode::StackRestore).a = pointer;
      return true;
    }
    case In::invariant_start: alias(call, out_.constant(0)); return true;
    case In::vastart:
    case In::vaend:
    case In::vacopy: unsupported("variable arguments (`va_start`, `va_arg`, `va_end`)"); return true;
    case In::threadlocal_address:
      unsupported("the thread-local variable `" + display_name(call.getArgOperand(0)->getName().str()) + "`");
      return true;
    case In::returnaddress:
    case In::frameaddress:
      // Code has no addresses between functions: what only prints or records them gets 0.
      module_.warn(out_.location(), id == In::returnaddress ? "the return address is taken to be 0"
                                                            : "the frame address is taken to be 0");
      alias(call, out_.constant(0));
      return true;
    default: return false;
  }
}

bool FunctionLowering::lower_intrinsic_machine(const llvm::CallBase& call, unsigned id) {
  switch (id) {
    case In::trap: out_.trap("__builtin_trap()"); return true;
    case In::debugtrap: out_.trap("__builtin_debugtrap()"); return true;
    case In::ubsantrap: out_.trap("undefined behaviour, found by its check"); return true;
    case In::x86_sse2_pause: out_.operate(Operation::X86Pause, {}); return true;
    case In::x86_sse2_mfence: out_.operate(Operation::X86Mfence, {}); return true;
    case In::x86_sse2_lfence: out_.operate(Operation::X86Lfence, {}); return true;
    case In::x86_sse_sfence: out_.operate(Operation::X86Sfence, {}); return true;
    case In::x86_flags_read_u32:
    case In::x86_flags_read_u64: alias(call, out_.operate(Operation::X86PushF, {})); return true;
    case In::x86_flags_write_u32:
    case In::x86_flags_write_u64: out_.operate(Operation::X86PopF, {operand(call.getArgOperand(0))}); return true;
    case In::aarch64_dsb:
    case In::aarch64_dmb: {
      // CRm; what has no name there is another instruction.
      const Operand option = operand(call.getArgOperand(0));
      const std::uint64_t crm = out_.is_constant(option) ? out_.constant_value(option) : 0;
      if (crm % 4 == 0 || crm > 15) return false;
      out_.operate(id == In::aarch64_dsb ? Operation::Arm64Dsb : Operation::Arm64Dmb, {option});
      return true;
    }
    case In::aarch64_isb: out_.operate(Operation::Arm64Isb, {}); return true;
    default: return false;
  }
}

}  // namespace shootdown::frontend
