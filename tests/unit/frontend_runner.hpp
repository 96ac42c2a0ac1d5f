// Runs a compiled program for the tests of the front end: one CPU, no interrupts, flat memory, and a script for the
// machine's operations. Much less than the checker, but enough to see that lowered code computes what C says.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <unistd.h>

#include "frontend/compile.hpp"
#include "machine/operations.hpp"
#include "program/interpreter.hpp"

namespace shootdown::test {

// A source file that lives as long as the test needs it.
class SourceFile {
 public:
  explicit SourceFile(const std::string& text, const std::string& ending = ".c") {
    std::string name = (std::filesystem::temp_directory_path() / "frontend_XXXXXX").string() + ending;
    const int file = ::mkstemps(name.data(), static_cast<int>(ending.size()));
    if (file >= 0) ::close(file);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << text;
  }
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  ~SourceFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline frontend::CompileRequest request_for(const SourceFile& file, const std::string& optimisation = "O1",
                                            frontend::Target target = frontend::Target::X86_64) {
  frontend::CompileRequest request;
  request.source = file.path();
  request.optimisation = optimisation;
  request.target = target;
  request.include_directories = {std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() / "include"};
  return request;
}

struct Operated {
  machine::Operation operation;
  std::vector<std::uint64_t> arguments;
};

class Runner {
 public:
  explicit Runner(const program::Program& program) : program_(program) {
    for (const program::Global& global : program.globals)
      for (std::size_t i = 0; i < global.initial.size(); ++i)
        byte(place(global.address + i, global.per_cpu)) = global.initial[i];
  }

  // Operations that return something other than 0.
  std::function<std::uint64_t(const Operated&)> answer;

  // Runs constructors and entry. Empty: it ended normally. Else why not.
  std::string run() {
    for (std::uint32_t constructor : program_.constructors)
      if (std::string why = run(constructor); !why.empty()) return why;
    return run(program_.entry);
  }

  [[nodiscard]] const std::vector<Operated>& operated() const { return operated_; }
  [[nodiscard]] std::vector<machine::Operation> operations() const {
    std::vector<machine::Operation> result;
    for (const Operated& o : operated_) result.push_back(o.operation);
    return result;
  }
  [[nodiscard]] std::uint64_t global(const std::string& name, unsigned bytes) {
    for (const program::Global& g : program_.globals)
      if (g.name == name) return read(place(g.address, g.per_cpu), bytes);
    return ~std::uint64_t{0};
  }
  std::uint64_t steps = 0;

 private:
  std::string run(std::uint32_t function) {
    program::Thread thread;
    thread.stack_pointer = program::layout::kStacks;
    program::push_frame(program_, thread, function, nullptr, 0, program::FrameKind::Call);
    for (;; ++steps) {
      if (steps > 1'000'000) return "endless";
      const program::Instruction& i = program_.functions[thread.top().function].code[thread.top().pc];
      switch (program::execute(program_, thread)) {
        case program::Executed::ContextReturn: return {};
        case program::Executed::External: {
          if (std::string why = external(thread, i); !why.empty()) return why;
          ++thread.top().pc;
          break;
        }
        case program::Executed::Trap: return "trap: " + program_.texts[i.aux];
        case program::Executed::Unsupported:
          return "unsupported: " + program_.texts[program_.functions[thread.top().function].code[thread.top().pc].aux];
        case program::Executed::Unreachable: return "unreachable";
        case program::Executed::DivideError: return "divide error";
        case program::Executed::BadCall: return "bad call";
        case program::Executed::Overflow: return "overflow";
        default: break;
      }
    }
  }

  static std::uint64_t place(std::uint64_t address, bool per_cpu) {
    return per_cpu ? program::layout::kPerCpuBase + address : address;
  }
  std::uint8_t& byte(std::uint64_t address) { return memory_[address]; }
  std::uint64_t read(std::uint64_t address, unsigned bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{byte(address + i)} << (8 * place_of(i, bytes));
    return value;
  }
  void write(std::uint64_t address, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
      byte(address + i) = static_cast<std::uint8_t>(value >> (8 * place_of(i, bytes)));
  }
  // Which byte of a value, counted from the least significant one, lies I bytes from its address.
  [[nodiscard]] unsigned place_of(unsigned i, unsigned bytes) const { return program_.big_endian ? bytes - 1 - i : i; }

  std::string external(program::Thread& thread, const program::Instruction& i) {
    using program::Opcode;
    const auto in = [&](program::Operand operand, unsigned slot = 0) {
      return program::read(program_, thread, operand, slot);
    };
    const auto out = [&](std::uint64_t value, unsigned slot = 0) { program::write(thread, i.dst, value, slot); };
    if (i.op == Opcode::Fence) return {};
    if (i.op == Opcode::Operate) return operate(thread, i);
    const std::uint64_t address = place(in(i.a), (i.flags & program::kPerCpu) != 0);
    const bool readable = (address >= program::layout::kGlobals && address < program::layout::kFunctions);
    if (!readable) return "access at " + std::to_string(address);
    const unsigned bytes = i.width / 8U;
    const unsigned low = std::min(bytes, 8U);
    // Of a value in two slots: where each half lies.
    const std::uint64_t first = address + (program_.big_endian && bytes > 8 ? bytes - 8 : 0);
    const std::uint64_t second = address + (program_.big_endian ? 0 : 8);
    switch (i.op) {
      case Opcode::Load:
        out(read(first, low));
        if (bytes > 8) out(read(second, bytes - 8), 1);
        return {};
      case Opcode::Store:
        write(first, in(i.b), low);
        if (bytes > 8) write(second, in(i.b, 1), bytes - 8);
        return {};
      case Opcode::CmpXchg: {
        const std::uint64_t old = read(first, low);
        const std::uint64_t high = bytes > 8 ? read(second, bytes - 8) : 0;
        const bool same = old == in(i.b) && (bytes <= 8 || high == in(i.b, 1));
        if (same) write(first, in(i.c), low);
        if (same && bytes > 8) write(second, in(i.c, 1), bytes - 8);
        out(old);
        if (bytes > 8) out(high, 1);
        out(same ? 1 : 0, bytes > 8 ? 2 : 1);
        return {};
      }
      case Opcode::MemCpy:
      case Opcode::MemMove: {
        std::vector<std::uint8_t> copy(in(i.c));
        for (std::size_t n = 0; n < copy.size(); ++n) copy[n] = byte(in(i.b) + n);
        for (std::size_t n = 0; n < copy.size(); ++n) byte(address + n) = copy[n];
        return in(i.dst) == 0 ? std::string{} : "the count of a block copy does not start at 0";
      }
      case Opcode::MemSet:
        for (std::uint64_t n = 0; n < in(i.c); ++n) byte(address + n) = static_cast<std::uint8_t>(in(i.b));
        return in(i.dst) == 0 ? std::string{} : "the count of a block fill does not start at 0";
      default: {
        const std::uint64_t old = read(address, bytes);
        write(address, program::apply_rmw(i.op, old, in(i.b), i.width), bytes);
        out(old);
        return {};
      }
    }
  }

  std::string operate(program::Thread& thread, const program::Instruction& i) {
    Operated operated{static_cast<machine::Operation>(i.aux), {}};
    for (const program::Argument& argument : program_.functions[thread.top().function].lists[i.list])
      operated.arguments.push_back(program::read(program_, thread, argument.operand));
    operated_.push_back(operated);
    const std::uint64_t result = answer ? answer(operated) : 0;
    if (machine::info(operated.operation).has_result) program::write(thread, i.dst, result);
    if (operated.operation == machine::Operation::Assert && operated.arguments[0] == 0)
      return "assertion " + text(operated.arguments[1]) + " in line " +
             std::to_string(program_.locations[i.location].line);
    return {};
  }

  std::string text(std::uint64_t address) {
    std::string result;
    for (; byte(address) != 0 && result.size() < 200; ++address) result += static_cast<char>(byte(address));
    return result;
  }

  const program::Program& program_;
  std::unordered_map<std::uint64_t, std::uint8_t> memory_;
  std::vector<Operated> operated_;
};

}  // namespace shootdown::test
