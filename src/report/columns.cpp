#include "report/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace shootdown::report {
namespace {

constexpr std::string_view kMark = "<- violation";
constexpr std::size_t kStepWidth = 5;
constexpr std::string_view kGap = "  ";

// A column: its heading, its width, whether it gives way where the line is too long.
struct Column {
  std::string heading;
  std::size_t width = 0;
  bool elastic = false;
  bool bar = false;  // a bar stands before it
};

using Cells = std::vector<std::string>;  // one for each column

struct Line {
  Cells cells;
  bool marked = false;  // the violation: the mark stands after the last cell
  bool divider = false;
  std::size_t divider_column = 0;  // where its text begins
  Tone tone = Tone::Plain;
};

// Cuts TEXT at blanks into pieces of at most WIDTH columns; a longer word is cut where it must be.
std::vector<std::string> pieces(const std::string& text, std::size_t width) {
  std::vector<std::string> all;
  std::string rest = text;
  while (display_width(rest) > width && width > 1) {
    const std::string head = fitted(rest, width + 1);  // one column is the ellipsis
    std::size_t cut = head.find_last_of(' ');
    const std::string whole = head.substr(0, head.size() - std::string_view("…").size());
    if (cut == std::string::npos || cut == 0 || cut > whole.size()) cut = whole.size();
    all.push_back(rest.substr(0, cut));
    rest = rest.substr(rest.find_first_not_of(' ', cut) == std::string::npos ? rest.size()
                                                                             : rest.find_first_not_of(' ', cut));
  }
  if (!rest.empty() || all.empty()) all.push_back(rest);
  return all;
}

void fit_columns(std::vector<Column>& columns, const std::vector<Line>& lines, std::size_t width) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].width = std::max(columns[c].width, display_width(columns[c].heading));
    for (const Line& line : lines)
      if (!line.divider) columns[c].width = std::max(columns[c].width, display_width(line.cells[c]));
  }
  const auto total = [&] {
    std::size_t sum = 0;
    for (const Column& column : columns) sum += column.width + (column.bar ? 2 : 0) + kGap.size();
    return sum;
  };
  constexpr std::size_t kLeast = 10;
  while (total() > width) {
    Column* widest = nullptr;
    for (Column& column : columns)
      if (column.elastic && column.width > kLeast && (widest == nullptr || column.width > widest->width))
        widest = &column;
    if (widest == nullptr) return;
    --widest->width;
  }
}

std::string draw_cells(const std::vector<Column>& columns, const Cells& cells) {
  std::string text;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].bar) text += "| ";
    text += cell(cells[c], columns[c].width);
    text += kGap;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string draw_divider(const std::vector<Column>& columns, const Line& line, const Style& style) {
  std::string text;
  for (std::size_t c = 0; c < line.divider_column; ++c) {
    if (columns[c].bar) text += "| ";
    text += cell(line.cells[c], columns[c].width);
    text += kGap;
  }
  if (columns[line.divider_column].bar) text += "| ";
  text += fmt::format("----- {}", line.cells[line.divider_column]);
  if (line.marked) text += fmt::format("{}{}", kGap, kMark);
  return painted(fitted(text, style.width), line.tone, style) + "\n";
}

std::string draw_line(const std::vector<Column>& columns, const Line& line, const Style& style) {
  std::vector<std::vector<std::string>> parts;
  std::size_t height = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    parts.push_back(pieces(line.cells[c], columns[c].width));
    height = std::max(height, parts.back().size());
  }
  std::string text;
  for (std::size_t h = 0; h < height; ++h) {
    Cells cells;
    for (const auto& part : parts) cells.push_back(h < part.size() ? part[h] : "");
    std::string drawn = draw_cells(columns, cells);
    if (line.marked && h == 0) drawn += fmt::format("{}{}", kGap, kMark);
    text += painted(drawn, line.tone, style) + "\n";
  }
  return text;
}

std::vector<Column> make_columns(const Layout& layout) {
  std::vector<Column> columns{{"step", kStepWidth, false, false}};
  if (layout.cpus == 1) {
    columns.push_back({"task", 4, false, false});
    columns.push_back({"code", 8, true, false});
    columns.push_back({"", 12, true, false});
    columns.push_back({layout.root_heading, 4, false, false});
  } else {
    for (unsigned cpu = 0; cpu < layout.cpus; ++cpu) {
      columns.push_back({fmt::format("CPU{}", cpu), 4, false, true});
      columns.push_back({"", 12, true, false});
      columns.push_back({layout.root_heading, 4, false, false});
    }
  }
  columns.push_back({"TLB", 3, true, layout.cpus > 1});
  columns.push_back({"source", 6, true, false});
  return columns;
}

Line make_line(const Layout& layout, const Row& row, std::size_t columns) {
  Line line;
  line.cells.resize(columns);
  line.cells[0] = row.step == 0 ? "" : fmt::format("{:>{}}", row.step, kStepWidth - 1);
  const std::size_t first = layout.cpus == 1 ? 1 : 1 + std::size_t{3} * row.cpu;
  line.tone = row.violation ? Tone::Bad : Tone::Plain;
  line.marked = row.violation;
  if (row.divider) {
    line.divider = true;
    line.divider_column = first;
    line.cells[first] = row.text;
    if (!row.violation) line.tone = Tone::Faint;
    return line;
  }
  line.cells[first] = row.task;
  if (layout.cpus == 1) {
    line.cells[first + 1] = row.code;
    line.cells[first + 2] = row.text;
    line.cells[first + 3] = row.root;
  } else {
    line.cells[first + 1] = row.code.empty() ? row.text : fmt::format("{}: {}", row.code, row.text);
    line.cells[first + 2] = row.root;
  }
  line.cells[columns - 2] = row.tlb;
  line.cells[columns - 1] = row.source;
  return line;
}

}  // namespace

std::string draw(const Layout& layout, const Style& style) {
  std::vector<Column> columns = make_columns(layout);
  std::vector<Line> lines;
  lines.reserve(layout.rows.size());
  for (const Row& row : layout.rows) lines.push_back(make_line(layout, row, columns.size()));
  const auto unused = [&](std::size_t c) {
    return std::all_of(lines.begin(), lines.end(), [&](const Line& line) { return line.cells[c].empty(); });
  };
  if (unused(columns.size() - 2)) columns[columns.size() - 2].heading.clear();
  const bool marked = std::any_of(lines.begin(), lines.end(), [](const Line& line) { return line.marked; });
  fit_columns(columns, lines, style.width - (marked ? kGap.size() + kMark.size() : 0));
  Cells headings;
  for (const Column& column : columns) headings.push_back(column.heading);
  std::string text = painted(draw_cells(columns, headings), Tone::Faint, style) + "\n";
  for (const Line& line : lines)
    text += line.divider ? draw_divider(columns, line, style) : draw_line(columns, line, style);
  return text;
}

}  // namespace shootdown::report
