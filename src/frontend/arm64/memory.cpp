// Inline assembly of arm64: loads and stores, the atomic instructions of Armv8.1, exclusives (Arm ARM, C6.2 and B2.10).
#include <algorithm>
#include <array>

#include "frontend/arm64/statement.hpp"

namespace shootdown::frontend {
namespace {

// NAME without PREFIX and the B or H of a narrow access: "a", "l", "al" or nothing is left. WIDTH becomes 8 or 16.
std::optional<std::string_view> suffix_of(std::string_view name, std::string_view prefix, unsigned& width) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  if (name.ends_with('b') || name.ends_with('h')) {
    width = name.ends_with('b') ? 8 : 16;
    name.remove_suffix(1);
  }
  return name;
}

std::optional<unsigned> ordering(std::string_view suffix) {
  if (suffix.empty()) return program::kAtomic;
  if (suffix == "a") return program::kAtomic | program::kAcquire;
  if (suffix == "l") return program::kAtomic | program::kRelease;
  // One instruction that does both is a full barrier (Arm ARM, B2.3.3, barrier-ordered-before).
  if (suffix == "al") return program::kAtomic | program::kAcquire | program::kRelease | program::kLocked;
  return std::nullopt;
}

// What goes to the zero register is not loaded with acquire semantics (Arm ARM, C6.2, LDADD, SWP, CAS).
unsigned loaded_to(const LineRegister& destination, unsigned order) {
  constexpr unsigned kLoads = program::kAcquire | program::kLocked;
  return destination.zero ? order & ~kLoads : order;
}

struct Atomic {
  std::string_view name;
  Opcode op;
  bool inverts;  // the operand
};

constexpr std::array<Atomic, 8> kAtomics{{
    {"add", Opcode::RmwAdd, false},
    {"clr", Opcode::RmwAnd, true},
    {"set", Opcode::RmwOr, false},
    {"eor", Opcode::RmwXor, false},
    {"smax", Opcode::RmwMax, false},
    {"smin", Opcode::RmwMin, false},
    {"umax", Opcode::RmwUMax, false},
    {"umin", Opcode::RmwUMin, false},
}};

}  // namespace

// %0 of a memory operand, [%1], [x0, #8], [x0, x1], [x0, x1, lsl #3]; nothing that changes its base.
std::optional<Address> Arm64Statement::address(const AsmLine& line, std::size_t first) {
  if (line.arguments.size() != first + 1) return std::nullopt;
  const std::string& text = line.arguments[first];
  if (const auto memory = memory_operand(text)) return memory;
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
  const std::vector<std::string> parts = split_list(std::string_view(text).substr(1, text.size() - 2));
  if (parts.empty() || parts.size() > 3) return std::nullopt;
  const auto base = reg(parts[0]);
  const auto start = base && base->width == 64 && !base->zero ? get(*base, 64) : std::nullopt;
  if (!start) return std::nullopt;
  if (parts.size() == 1) return Address{*start, 0};
  auto offset = value(parts[1], 64);
  if (offset && parts.size() == 3) offset = shifted(*offset, parts[2], 64);
  if (!offset) return std::nullopt;
  return Address{out_.binary(Opcode::Add, 64, *start, *offset), 0};
}

bool Arm64Statement::access(const AsmLine& line) {
  struct Row {
    std::string_view name;
    unsigned width;  // 0: the register's
    bool sign;
    unsigned flags;
  };
  constexpr unsigned kAcquiring = program::kAtomic | program::kAcquire,
                     kReleasing = program::kAtomic | program::kRelease;
  constexpr std::array<Row, 20> kRows{{
      {"ldr", 0, false, 0},
      {"ldrb", 8, false, 0},
      {"ldrh", 16, false, 0},
      {"ldrsb", 8, true, 0},
      {"ldrsh", 16, true, 0},
      {"ldrsw", 32, true, 0},
      {"ldur", 0, false, 0},
      {"ldurb", 8, false, 0},
      {"ldurh", 16, false, 0},
      {"ldar", 0, false, kAcquiring},
      {"ldarb", 8, false, kAcquiring},
      {"ldarh", 16, false, kAcquiring},
      {"str", 0, false, 0},
      {"strb", 8, false, 0},
      {"strh", 16, false, 0},
      {"stur", 0, false, 0},
      {"sturb", 8, false, 0},
      {"stlr", 0, false, kReleasing},
      {"stlrb", 8, false, kReleasing},
      {"stlrh", 16, false, kReleasing},
  }};
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.name == line.mnemonic; });
  if (row == kRows.end() || line.arguments.empty()) return false;
  const auto data = reg(line.arguments[0]);
  const auto at = address(line, 1);
  if (!data || !at) return false;
  const unsigned width = row->width == 0 ? data->width : row->width;
  const unsigned flags = row->flags | program::kVolatile;
  if (line.mnemonic.starts_with("ld")) {
    const Operand loaded = load(*at, width, flags);
    put(*data, data->width, row->sign ? out_.convert(Opcode::SExt, width, data->width, loaded) : loaded);
    return true;
  }
  const auto content = get(*data, width);
  if (!content) return false;
  store(*at, *content, width, flags);
  return true;
}

// LDADD and its like (old value in Rt), STADD (no old value), SWP, CAS.
bool Arm64Statement::atomic(const AsmLine& line) {
  const std::string_view name = line.mnemonic;
  const auto source = line.arguments.size() >= 2 ? reg(line.arguments[0]) : std::nullopt;
  if (!source) return false;
  unsigned width = source->width;
  if (const auto suffix = suffix_of(name, "swp", width)) {
    const auto order = ordering(*suffix);
    const auto to = reg(line.arguments[1]);
    const auto content = get(*source, width);
    const auto at = address(line, 2);
    if (!order || !to || !content || !at) return false;
    put(*to, source->width, modify(Opcode::RmwXchg, *at, *content, width, loaded_to(*to, *order)));
    return true;
  }
  if (name.starts_with("cas") && !name.starts_with("casp")) {
    const auto order = ordering(*suffix_of(name, "cas", width));
    const auto desired = value(line.arguments[1], width);
    const auto expected = get(*source, width);
    const auto at = address(line, 2);
    if (!order || !desired || !expected || !at) return false;
    put(*source, source->width, exchange_if(*at, *expected, *desired, width, loaded_to(*source, *order)));
    return true;
  }
  const bool keeps = name.starts_with("ld");
  for (const Atomic& row : kAtomics) {
    const auto suffix = suffix_of(name, std::string(keeps ? "ld" : "st") + std::string(row.name), width);
    const auto order = suffix ? ordering(*suffix) : std::nullopt;
    // STADD and its like have no acquiring forms.
    if (!order || (!keeps && (*order & program::kAcquire) != 0)) continue;
    const auto to = keeps ? reg(line.arguments[1]) : named("xzr");
    auto content = value(line.arguments[0], width);
    const auto at = address(line, keeps ? 2 : 1);
    if (!to || !content || !at) return false;
    if (row.inverts) content = out_.binary(Opcode::Xor, width, *content, out_.constant(low_mask(width)));
    put(*to, source->width, modify(row.op, *at, *content, width, loaded_to(*to, *order)));
    return true;
  }
  return false;
}

// Whether the address as written is made of that register.
bool Arm64Statement::is_in(const std::string& address, const LineRegister& which) const {
  if (address.size() < 3 || address.front() != '[') return false;
  const std::vector<std::string> parts = split_list(std::string_view(address).substr(1, address.size() - 2));
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
    const auto found = reg(part);
    return found && !found->zero && found->place == which.place;
  });
}

// LDXR and STXR. A store succeeds if nobody has written the location since the load, and fails, perhaps for no reason,
// else. It is modelled as a compare-and-exchange with the value that was loaded. What that lets through beyond the
// processor is a store after others have changed the value and changed it back: as nothing between the two touches
// memory, it cannot be told from a load after the changes. What it leaves out, a store that fails for no reason, only
// goes round the loop once more: so the loop must be the one that only repeats.
bool Arm64Statement::load_exclusive(const AsmLine& line) {
  const bool acquires = line.mnemonic.starts_with("ldax");
  unsigned width = 64;
  const auto suffix = suffix_of(line.mnemonic, acquires ? "ldaxr" : "ldxr", width);
  const auto to = line.arguments.size() == 2 ? reg(line.arguments[0]) : std::nullopt;
  if (!suffix || !suffix->empty() || !to) return false;
  if (width == 64) width = to->width;
  const auto at = address(line, 1);
  if (!at) return false;
  const unsigned flags = program::kAtomic | program::kVolatile | (acquires ? program::kAcquire : 0);
  const Operand loaded = load(*at, width, flags);
  put(*to, to->width, loaded);
  exclusive_ = Exclusive{at_, line.arguments[1], width, loaded};
  return true;
}

bool Arm64Statement::store_exclusive(const AsmLine& line) {
  constexpr const char* kForm = "an exclusive store that is not LDXR, computation, STXR and CBNZ back to the LDXR";
  const bool releases = line.mnemonic.starts_with("stlx");
  unsigned width = 64;
  const auto suffix = suffix_of(line.mnemonic, releases ? "stlxr" : "stxr", width);
  const auto status = line.arguments.size() == 3 ? reg(line.arguments[0]) : std::nullopt;
  const auto data = status ? reg(line.arguments[1]) : std::nullopt;
  if (!suffix || !suffix->empty() || !data) return false;
  if (width == 64) width = data->width;
  if (!exclusive_ || exclusive_->address != line.arguments[2] || exclusive_->width != width || at_ + 1 >= lines_.size())
    return refuse(kForm);
  for (std::size_t i = exclusive_->line + 1; i <= at_ + 1; ++i)
    if (!lines_[i].labels.empty()) return refuse(kForm);
  const AsmLine& next = lines_[at_ + 1];
  const auto tested = next.mnemonic == "cbnz" && next.arguments.size() == 2 ? reg(next.arguments[0]) : std::nullopt;
  const auto back = tested ? instruction_at(next.arguments[1]) : std::nullopt;
  if (!back || *back > exclusive_->line || tested->place != status->place) return refuse(kForm);
  // The base may have been computed anew in between.
  const auto base_changed = std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(exclusive_->line),
                                        lines_.begin() + static_cast<std::ptrdiff_t>(at_), [&](const AsmLine& between) {
                                          const auto to =
                                              between.arguments.empty() ? std::nullopt : reg(between.arguments[0]);
                                          return to && is_in(line.arguments[2], *to);
                                        });
  if (base_changed) return refuse(kForm);
  const auto content = value(line.arguments[1], width);
  const auto at = address(line, 2);
  if (!content || !at) return false;
  const unsigned flags = program::kAtomic | (releases ? program::kRelease : 0);
  const Operand old = exchange_if(*at, exclusive_->loaded, *content, width, flags);
  put(*status, 32, logical_not(old + 1));
  exclusive_.reset();
  return true;
}

bool Arm64Statement::memory(const AsmLine& line) {
  const std::string_view name = line.mnemonic;
  if (name.starts_with("ldxr") || name.starts_with("ldaxr")) return load_exclusive(line);
  if (name.starts_with("stxr") || name.starts_with("stlxr")) return store_exclusive(line);
  const bool touches =
      name.starts_with("ld") || name.starts_with("st") || name.starts_with("swp") || name.starts_with("cas");
  if (!touches) return false;
  exclusive_.reset();
  return access(line) || atomic(line);
}

}  // namespace shootdown::frontend
