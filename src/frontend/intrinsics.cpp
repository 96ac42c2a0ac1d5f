// LLVM's intrinsic functions: which there are, and those that compute.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Intrinsics.h>

#include <optional>

#include "frontend/lower_function.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {
namespace {

namespace In = llvm::Intrinsic;

// What only informs the compiler.
bool says_nothing(unsigned id) {
  switch (id) {
    case In::assume:
    case In::lifetime_start:
    case In::lifetime_end:
    case In::dbg_declare:
    case In::dbg_value:
    case In::dbg_label:
    case In::dbg_assign:
    case In::donothing:
    case In::sideeffect:
    case In::pseudoprobe:
    case In::experimental_noalias_scope_decl:
    case In::invariant_end:
    case In::var_annotation:
    case In::prefetch:
    case In::codeview_annotation: return true;
    default: return false;
  }
}

// What returns its first operand unchanged.
bool returns_operand(unsigned id) {
  switch (id) {
    case In::expect:
    case In::expect_with_probability:
    case In::annotation:
    case In::ptr_annotation:
    case In::launder_invariant_group:
    case In::strip_invariant_group:
    case In::ssa_copy:
    case In::arithmetic_fence: return true;
    default: return false;
  }
}

std::optional<Opcode> binary_intrinsic(unsigned id) {
  switch (id) {
    case In::umin: return Opcode::UMin;
    case In::umax: return Opcode::UMax;
    case In::smin: return Opcode::SMin;
    case In::smax: return Opcode::SMax;
    case In::uadd_sat: return Opcode::UAddSat;
    case In::usub_sat: return Opcode::USubSat;
    case In::sadd_sat: return Opcode::SAddSat;
    case In::ssub_sat: return Opcode::SSubSat;
    case In::ptrmask: return Opcode::And;
    default: return std::nullopt;
  }
}

std::optional<Opcode> unary_intrinsic(unsigned id) {
  switch (id) {
    case In::ctpop: return Opcode::CtPop;
    case In::ctlz: return Opcode::CtLz;
    case In::cttz: return Opcode::CtTz;
    case In::bswap: return Opcode::ByteSwap;
    case In::bitreverse: return Opcode::BitReverse;
    case In::abs: return Opcode::Abs;
    default: return std::nullopt;
  }
}

std::optional<Opcode> overflow_intrinsic(unsigned id) {
  switch (id) {
    case In::uadd_with_overflow: return Opcode::UAddOv;
    case In::sadd_with_overflow: return Opcode::SAddOv;
    case In::usub_with_overflow: return Opcode::USubOv;
    case In::ssub_with_overflow: return Opcode::SSubOv;
    case In::umul_with_overflow: return Opcode::UMulOv;
    case In::smul_with_overflow: return Opcode::SMulOv;
    default: return std::nullopt;
  }
}

}  // namespace

void FunctionLowering::lower_intrinsic(const llvm::CallBase& call) {
  const llvm::Function& callee = *llvm::cast<llvm::Function>(call.getCalledOperand()->stripPointerCastsAndAliases());
  const unsigned id = callee.getIntrinsicID();
  if (says_nothing(id)) return;
  if (!operands_can_be_carried(call)) return;
  if (returns_operand(id)) return alias(call, operand(call.getArgOperand(0)));
  if (lower_intrinsic_arith(call, id) || lower_intrinsic_memory(call, id) || lower_intrinsic_machine(call, id)) return;
  unsupported("the intrinsic function `" + callee.getName().str() + "`");
}

bool FunctionLowering::lower_intrinsic_arith(const llvm::CallBase& call, unsigned id) {
  const auto argument = [&](unsigned index) { return operand(call.getArgOperand(index)); };
  const unsigned width = call.arg_size() == 0 ? 0 : bits(*call.getArgOperand(0));
  if (const auto op = binary_intrinsic(id)) {
    const Operand a = argument(0);
    alias(call, out_.binary(*op, width, a, argument(1)));
    return true;
  }
  if (const auto op = unary_intrinsic(id)) {
    alias(call, out_.unary(*op, width, argument(0)));
    return true;
  }
  if (const auto op = overflow_intrinsic(id)) {
    const Operand a = argument(0);
    const Operand b = argument(1);
    const Operand result = define(call);
    program::Instruction& i = out_.emit(*op);
    i.width = static_cast<std::uint8_t>(width);
    i.dst = result;
    i.a = a;
    i.b = b;
    return true;
  }
  switch (id) {
    case In::fshl:
    case In::fshr: {
      const Operand a = argument(0), b = argument(1), c = argument(2);
      const Operand result = define(call);
      program::Instruction& i = out_.emit(id == In::fshl ? Opcode::FShl : Opcode::FShr);
      i.width = static_cast<std::uint8_t>(width);
      i.dst = result;
      i.a = a;
      i.b = b;
      i.c = c;
      return true;
    }
    case In::ucmp:
    case In::scmp: {
      // -1, 0 or 1: (b < a) - (a < b)
      const Operand a = argument(0), b = argument(1);
      const Opcode less = id == In::ucmp ? Opcode::CmpUlt : Opcode::CmpSlt;
      const unsigned result = bits(call);
      const Operand greater = out_.convert(Opcode::ZExt, 1, result, out_.binary(less, width, b, a));
      const Operand smaller = out_.convert(Opcode::ZExt, 1, result, out_.binary(less, width, a, b));
      alias(call, out_.binary(Opcode::Sub, result, greater, smaller));
      return true;
    }
    case In::is_constant: alias(call, out_.constant(0)); return true;
    case In::objectsize: {
      // Unknown: the least or the greatest size, as the caller asked.
      const bool least = llvm::cast<llvm::ConstantInt>(call.getArgOperand(1))->isOne();
      alias(call, out_.constant(least ? 0 : low_mask(bits(call))));
      return true;
    }
    default: return false;
  }
}

}  // namespace shootdown::frontend
