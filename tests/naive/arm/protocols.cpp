#include "language.hpp"
namespace shootdown::naive::arm {
std::vector<Known<Kernel>> Language::protocols() { return {}; }
}  // namespace shootdown::naive::arm
