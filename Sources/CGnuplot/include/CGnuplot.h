// A C function over gnuplot-iostream: texts and tables to a gnuplot process.
#ifndef CGNUPLOT_H
#define CGNUPLOT_H

#ifdef __cplusplus
extern "C" {
#endif

/// Rows of numbers, one row after another. NaN is a missing number. Where `block` is not zero, a gap follows every so
/// many rows, as gnuplot wants it between the lines of a grid.
typedef struct {
  const double *values;
  int rows;
  int columns;
  int block;
} cg_table;

/// Starts a program, sends text 0, table 0, text 1, table 1, …, and waits for it to end. Tables without rows are left
/// out. What the program draws goes where its text says, on standard output if it says nothing.
/// - command: the program and its arguments, for the shell.
/// - message: takes the words of a failure, at most `capacity` bytes with the final zero.
/// - Returns 0, or 1 if it could not be started or fed.
int cg_run(const char *command, const char *const *texts, const cg_table *tables, int count, char *message,
           int capacity) __attribute__((warn_unused_result));

#ifdef __cplusplus
}
#endif

#endif
