// Program: the compact code that the checker executes. It knows no machine: an operation of the machine is a number
// with arguments. Plain data, immutable after the front end made it.
//
// Registers. Each function has a register file of 64-bit slots. A value of 1..64 bits occupies one slot, zero-extended;
// a value of 65..128 bits two consecutive ones, low half first; an aggregate its members' slots one after another.
// An operand is a slot, or an index into the function's constant pool (same widths, same slots).
//
// Addresses are numbers from the first moment: globals, per-CPU copies, stacks and functions have fixed places
// (namespace layout), so a constant expression over addresses is an ordinary constant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shootdown::program {

// clang-format off
enum class Opcode : std::uint8_t {
  // dst := a                      (`slots` slots, for copies of wide values and aggregates)
  Copy,
  // dst := a OP b, both of `width` bits, result cut to `width`. A shift by >= width gives 0 (AShr: the sign).
  Add, Sub, Mul, UDiv, SDiv, URem, SRem, And, Or, Xor, Shl, LShr, AShr,
  UMin, UMax, SMin, SMax,
  // dst := (a OP b) as 0/1; the operands have `width` bits
  CmpEq, CmpNe, CmpUlt, CmpUle, CmpSlt, CmpSle,
  // two results: dst := value (`width` bits, one or two slots), then one slot: 1 if it overflowed
  UAddOv, SAddOv, USubOv, SSubOv, UMulOv, SMulOv,
  // saturating
  UAddSat, USubSat, SAddSat, SSubSat,
  // dst := a converted from `width` bits to `width2` bits
  Trunc, ZExt, SExt,
  // unary on `width` bits
  CtPop, CtLz, CtTz, ByteSwap, BitReverse, Abs,
  // dst := funnel shift of a:b by c (LLVM's llvm.fshl / llvm.fshr), `width` bits
  FShl, FShr,
  // dst := a (0/1) ? b : c, copying `slots` slots
  Select,
  // memory: address in a. flags: see MemoryFlags. `width` bits, a multiple of 8.
  Load,       // dst := [a]
  Store,      // [a] := b
  RmwXchg, RmwAdd, RmwSub, RmwAnd, RmwOr, RmwXor, RmwNand, RmwMin, RmwMax, RmwUMin, RmwUMax,  // dst := old [a]; [a] := old OP b
  CmpXchg,    // a address, b expected, c desired; dst := old value (one slot; two if width > 64), then one slot: 1 if it stored
  Fence,
  // bulk: a = destination, b = source (MemCpy, MemMove) or byte value (MemSet), c = bytes. The slot dst counts the bytes
  // done (0 when the instruction starts); the instruction runs again until all are. width2: the bits that go at once, 0
  // for whole aligned words (REP: an interrupt may come between any two elements).
  MemCpy, MemMove, MemSet,
  // dst := address of a stack object: aux = offset in the frame's fixed part
  FrameAddress,
  // dst := address of a new stack object of a bytes, aligned to aux
  DynamicAlloca,
  StackSave,     // dst := stack pointer
  StackRestore,  // stack pointer := a
  // control; targets are indices into the function's code
  Jump,        // target
  Branch,      // a ? target : target2
  Switch,      // a against Function::switches[aux]
  Call,        // callee = function index in aux; arguments in Function::lists[list]; result to dst
  CallIndirect,// callee address in a; arguments in Function::lists[list]; result to dst
  Return,      // `slots` slots from a (slots = 0: none)
  Unreachable, // control must never get here
  Trap,        // a BUG: llvm.trap, __builtin_trap (text index in aux)
  Unsupported, // reaching it ends the run as UNSUPPORTED (text index in aux)
  // a machine operation: number in aux (machine::Operation); arguments in Function::lists[list]; result to dst
  Operate,
};
// clang-format on

using Operand = std::uint32_t;
inline constexpr Operand kConstant = 0x8000'0000u;  // set: index into Function::constants, else a slot
inline constexpr Operand kNone = 0x7fff'ffffu;

enum MemoryFlags : std::uint8_t {
  kVolatile = 1,
  kAtomic = 2,  // any atomic ordering (monotonic and up): one indivisible access
  kAcquire = 4,
  kRelease = 8,
  // On a read-modify-write: x86's LOCK; a monotonic one there is an unlocked, interrupt-atomic instruction. On the
  // other machines every read-modify-write is one for all CPUs, and the ordering is that of C (arm64: acquire and
  // release as the A and L of LDADDAL; s390: all four flags are a serialization, as CS has it; ARMv5 has one CPU).
  kSeqCst = 16,
  kPerCpu = 32,  // the address is an offset into this CPU's per-CPU area (address space 256; %gs on x86-64)
  kLocked = 64,  // from inline assembly; x86: with a LOCK prefix, or XCHG with memory; arm64: SWPAL and its like
};

struct Instruction {
  Opcode op{};
  std::uint8_t flags = 0;   // MemoryFlags
  std::uint8_t width = 64;  // bits of the operands, 1..128
  std::uint8_t width2 = 0;  // bits of a conversion's result, of a block's elements
  std::uint16_t slots = 1;  // slots that Copy, Select, Return and call results move
  bool back_edge = false;   // Jump/Branch/Switch: a taken edge to an index <= this one closes a loop
  Operand dst = kNone;
  Operand a = kNone, b = kNone, c = kNone;
  std::uint32_t aux = 0;
  std::uint32_t target = 0, target2 = 0;
  std::uint32_t list = 0;      // index into Function::lists
  std::uint32_t location = 0;  // index into Program::locations
};

// Arguments of a call: operand and how many slots it has.
struct Argument {
  Operand operand = kNone;
  std::uint16_t slots = 1;
};

struct SwitchTable {
  struct Case {
    std::uint64_t value;
    std::uint32_t target;
  };
  std::vector<Case> cases;
  std::uint32_t otherwise = 0;
};

struct Function {
  std::string name;                            // as in the source (demangled for C++)
  std::string symbol;                          // as in the object file
  std::uint64_t address = 0;                   // its place, for indirect calls
  std::uint16_t parameters = 0;                // slots that the parameters occupy: slots 0 .. parameters-1
  std::vector<std::uint16_t> parameter_slots;  // one entry a parameter: how many slots
  std::uint16_t result_slots = 0;
  std::uint32_t registers = 0;    // slots in all
  std::uint32_t frame_bytes = 0;  // fixed stack objects
  bool has_body = false;          // without: code is one Unsupported
  std::vector<Instruction> code;
  std::vector<std::uint64_t> constants;
  std::vector<std::vector<Argument>> lists;
  std::vector<SwitchTable> switches;
  // live[live_at[pc]] lists, ascending, the slots that are live just before the instruction at pc. Filled by
  // compute_liveness().
  std::vector<std::uint32_t> live_at;
  std::vector<std::vector<std::uint16_t>> live;
  std::uint32_t location = 0;
};

struct Global {
  std::string name;
  std::uint64_t address = 0;  // per-CPU: the offset
  std::uint64_t size = 0;
  std::vector<std::uint8_t> initial;  // empty: all zero; else `size` bytes
  bool constant = false;              // may not be written
  bool per_cpu = false;               // section .data..percpu*
  bool cover_point = false;           // the name of an sd_cover() point (section sd_cover)
  std::uint32_t location = 0;
};

// A question about the running code that checked code answers (sd_circumstance).
struct Circumstance {
  std::string name;
  std::uint32_t function = 0;  // without parameters; its result is 0 if the circumstance does not hold
};

struct Location {
  std::uint32_t file = 0;  // index into Program::files
  std::uint32_t line = 0;
  std::string function;          // the innermost source function, also where it was inlined
  std::uint32_t inlined_at = 0;  // index into locations of the call site, 0 if not inlined
};

struct Program {
  unsigned pointer_bits = 64;  // 32 or 64
  // Loads, stores and read-modify-writes have their most significant byte at the lowest address: of a value of more
  // than 64 bits the half in the second slot comes first. Registers, constants and the bytes of MemSet know no order,
  // MemCpy and MemMove move bytes as they lie, and Global::initial has them in memory's order.
  bool big_endian = false;
  std::vector<Function> functions;
  std::vector<Global> globals;
  std::vector<Location> locations;          // [0] is "unknown"
  std::vector<std::string> files;           // [0] is ""
  std::vector<bool> library_files;          // for each file: one of the tool's own headers (kit/, tlb/, shootdown/)
  std::vector<std::string> texts;           // messages of Trap and Unsupported
  std::uint32_t entry = 0;                  // function index of the entry
  std::vector<std::uint32_t> constructors;  // run before the entry, in order
  std::vector<Circumstance> circumstances;  // in the order of their variables
  std::string compiler;                     // name and version
  std::string flags;                        // as given to the compiler
  std::uint64_t digest = 0;                 // of everything above that decides behaviour
};

// Where things are. Physical addresses; kernel code runs untranslated, so they are its pointers as well. All of it is
// below 2^32, so the same places serve i386.
namespace layout {
inline constexpr std::uint64_t kPerCpuOffsets =
    0x0001'0000;                                             // a per-CPU symbol's address: an offset, backed by nothing
inline constexpr std::uint64_t kPerCpuStride = 0x0010'0000;  // per CPU; also the end of the offsets' region
inline constexpr std::uint64_t kGlobals = 0x0100'0000;
inline constexpr std::uint64_t kGlobalsEnd = 0x0800'0000;
inline constexpr std::uint64_t kPerCpuBase =
    0x0800'0000;                                       // CPU c's copy of offset o: kPerCpuBase + c * kPerCpuStride + o
inline constexpr std::uint64_t kStacks = 0x0c00'0000;  // context n: kStacks + n * kStackBytes, growing up
inline constexpr std::uint64_t kStackBytes = 0x4000;   // 16 KiB, as THREAD_SIZE on x86-64
inline constexpr std::uint64_t kFunctions = 0x0f00'0000;  // function n: kFunctions + 16 n; not readable
inline constexpr std::uint64_t kEnd = 0x1000'0000;
inline constexpr std::uint64_t kRedZone = 64;  // bytes of nothing between two globals
}  // namespace layout

// Fills Function::live_at and live of every function (liveness.cpp).
void compute_liveness(Program& program);
// One function as text, for tests and for `--dump-program`.
std::string to_text(const Program& program, const Function& function);

}  // namespace shootdown::program
