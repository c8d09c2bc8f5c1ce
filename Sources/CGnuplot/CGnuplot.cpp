// gnuplot-iostream starts the process, writes tables in its format and waits at the end.
#include "CGnuplot.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <vector>

#include <gnuplot-iostream.h>

namespace {

using Rows = std::vector<std::vector<double>>;

std::vector<Rows> blocks(const cg_table &table) {
  const int length = table.block > 0 ? table.block : table.rows;
  std::vector<Rows> blocks;
  for (int row = 0; row < table.rows; row++) {
    if (row % length == 0) blocks.emplace_back();
    const double *first = table.values + static_cast<long>(row) * table.columns;
    blocks.back().emplace_back(first, first + table.columns);
  }
  return blocks;
}

int fail(char *message, int capacity, const char *words) {
  if (capacity > 0) std::snprintf(message, static_cast<size_t>(capacity), "%s", words);
  return 1;
}

}  // namespace

extern "C" int cg_run(const char *command, const char *const *texts, const cg_table *tables, int count, char *message,
                      int capacity) {
  // A program that ends early must not end us.
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  int status = 0;
  try {
    Gnuplot gnuplot(command);
    for (int index = 0; index < count; index++) {
      gnuplot << texts[index];
      if (tables[index].rows > 0) gnuplot.send2d(blocks(tables[index]));
    }
    gnuplot << std::flush;
    if (!gnuplot) status = fail(message, capacity, "it stopped reading");
  } catch (const std::exception &error) {
    status = fail(message, capacity, error.what());
  } catch (...) {
    status = fail(message, capacity, "it could not be started");
  }
  std::signal(SIGPIPE, previous);
  return status;
}
