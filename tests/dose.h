/* SPDX-License-Identifier: MIT
 * How much of a random law a run of the tests takes: a dose that every build can take, or all with
 * VMSCOPE_ALL in the environment, as `script/test --all` has it. tests/CMakeLists.txt names the
 * programs that ask, and adds each once more, whole, with the label `slow`.
 */
#ifndef DOSE_H
#define DOSE_H

#include <stdlib.h>

static inline int dose(int usual, int all)
{
    return getenv("VMSCOPE_ALL") ? all : usual;
}

#endif
