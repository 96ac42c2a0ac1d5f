// Calls: of functions, of the checker's operations, of memory functions.
#include <llvm/IR/DataLayout.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include "frontend/asm_lowering.hpp"
#include "frontend/lower_function.hpp"
#include "frontend/reached.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {

bool FunctionLowering::matches(const llvm::CallBase& call, const llvm::Function& callee) {
  const auto same = [&](const llvm::Type& a, const llvm::Type& b) {
    return &a == &b || (!a.isAggregateType() && !b.isAggregateType() &&
                        scalar_bits(a, module_.layout()) == scalar_bits(b, module_.layout()) &&
                        scalar_bits(a, module_.layout()) != 0);
  };
  if (call.arg_size() < callee.arg_size()) return false;
  for (unsigned i = 0; i < callee.arg_size(); ++i)
    if (!same(*call.getArgOperand(i)->getType(), *callee.getArg(i)->getType())) return false;
  return call.getType()->isVoidTy() || same(*call.getType(), *callee.getReturnType());
}

// An argument passed by value in memory: the callee gets a copy of its own.
Operand FunctionLowering::by_value_copy(const llvm::CallBase& call, unsigned index) {
  llvm::Type* type = call.getParamByValType(index);
  const std::uint64_t size = module_.layout().getTypeAllocSize(type).getFixedValue();
  const Operand copy = out_.frame_address(out_.frame_object(size, 16));
  const Operand source = operand(call.getArgOperand(index));
  out_.bulk(Opcode::MemCpy, copy, source, out_.constant(size), 0);
  return copy;
}

void FunctionLowering::lower_call(const llvm::CallBase& call) {
  if (call.isInlineAsm()) return lower_assembly(*this, call);
  const auto* callee = llvm::dyn_cast<llvm::Function>(call.getCalledOperand()->stripPointerCastsAndAliases());
  if (callee != nullptr) {
    if (callee->isIntrinsic()) return lower_intrinsic(call);
    if (is_operation_name(*callee)) return lower_operation(call, *callee);
    if (is_memory_function(*callee)) return lower_memory_function(call, *callee);
    if (!matches(call, *callee))
      return unsupported("a call of `" + display_name(callee->getName().str()) +
                         "` with other types than its definition has");
  }
  // What a callee does not name (the `...` of its parameters) it can only reach by va_start, which is not modelled.
  const std::size_t count = callee != nullptr ? callee->arg_size() : call.getFunctionType()->getNumParams();
  std::vector<program::Argument> arguments;
  for (unsigned i = 0; i < count; ++i) {
    const Operand value = call.isByValArgument(i) ? by_value_copy(call, i) : operand(call.getArgOperand(i));
    arguments.push_back({value, static_cast<std::uint16_t>(slots(*call.getArgOperand(i)))});
  }
  Operand address = program::kNone;
  const auto index = callee != nullptr ? module_.function_index(*callee) : std::nullopt;
  if (!index) address = operand(call.getCalledOperand());
  const unsigned result_slots = slots(call);
  const Operand result = result_slots == 0 ? program::kNone : define(call);
  const std::uint32_t list = out_.list(std::move(arguments));
  program::Instruction& i = out_.emit(index ? Opcode::Call : Opcode::CallIndirect);
  i.aux = index.value_or(0);
  i.a = address;
  i.list = list;
  i.dst = result;
  i.slots = static_cast<std::uint16_t>(result_slots);
}

void FunctionLowering::lower_operation(const llvm::CallBase& call, const llvm::Function& callee) {
  const machine::OperationInfo* row = machine::find_operation({callee.getName().data(), callee.getName().size()});
  const std::string name = "`" + callee.getName().str() + "`";
  if (row == nullptr)
    return module_.fail(ErrorKind::Compile, out_.location(), name + " is not an operation of Shootdown");
  if (call.arg_size() != row->arguments || call.getType()->isVoidTy() == row->has_result)
    return module_.fail(ErrorKind::Compile, out_.location(),
                        name + " is declared with other types than in include/shootdown");
  std::vector<program::Argument> arguments;
  for (const llvm::Use& argument : call.args()) {
    if (slots(*argument) != 1)
      return module_.fail(ErrorKind::Compile, out_.location(),
                          name + " is declared with other types than in include/shootdown");
    arguments.push_back({operand(argument), 1});
  }
  if (row->id == machine::Operation::X86StiHlt && module_.has_nmis()) {
    out_.operate(machine::Operation::X86Sti, {});
    out_.operate(machine::Operation::X86Hlt, {});
    return;
  }
  const Operand result = out_.operate(row->id, arguments);
  if (row->has_result) alias(call, result);
}

// The function that stands for an operation whose address is taken.
void FunctionLowering::lower_body_of_operation() {
  const machine::OperationInfo* row = machine::find_operation(target_.symbol);
  if (row == nullptr || row->arguments != source_.arg_size() || source_.getReturnType()->isVoidTy() == row->has_result)
    return module_.fail(ErrorKind::Compile, out_.location(),
                        "`" + target_.symbol + "` is not an operation of Shootdown");
  std::vector<program::Argument> arguments;
  for (const llvm::Argument& argument : source_.args()) arguments.push_back({operand(&argument), 1});
  const Operand result = out_.operate(row->id, arguments);
  out_.return_value(result, row->has_result ? 1 : 0);
  target_.has_body = true;
}

void FunctionLowering::lower_memory_function(const llvm::CallBase& call, const llvm::Function& callee) {
  if (call.arg_size() != 3)
    return unsupported("a call of `" + callee.getName().str() + "` with other types than C gives it");
  const Operand destination = operand(call.getArgOperand(0));
  Operand source = operand(call.getArgOperand(1));
  const Operand bytes = operand(call.getArgOperand(2));
  Opcode op = Opcode::MemCpy;
  if (callee.getName() == "memmove") op = Opcode::MemMove;
  if (callee.getName() == "memset") {
    op = Opcode::MemSet;
    source = out_.convert(Opcode::Trunc, bits(*call.getArgOperand(1)), 8, source);
  }
  out_.bulk(op, destination, source, bytes, 0);
  if (!call.getType()->isVoidTy()) alias(call, destination);
}

}  // namespace shootdown::frontend
