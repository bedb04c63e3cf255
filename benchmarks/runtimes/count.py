"""Makes a library that counts the calls of each function of stauth.h: count.py STAUTH_FFI_H > counted.c

Each function counts, and calls that of the library which STAUTH_BENCH_COUNTED names. The sum is in the file that
STAUTH_BENCH_COUNTS names, however the process ends.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HEAD = """\
#include <dlfcn.h>
#include <fcntl.h>
#include <stauth.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_long *calls_made;
static void *real[%d];
"""
FUNCTION = """
{result}{name}({parameters}) {{
    atomic_fetch_add(calls_made, 1);
    {answer}(({result}(*)({parameters}))real[{place}])({given});
}}
"""
TAIL = """
static const char *const names[] = {%s};

__attribute__((constructor)) static void load(void) {
    int file = open(getenv("STAUTH_BENCH_COUNTS"), O_RDWR | O_CREAT, 0666);
    void *library = dlopen(getenv("STAUTH_BENCH_COUNTED"), RTLD_NOW | RTLD_LOCAL);
    if (library == NULL || file < 0 || ftruncate(file, sizeof *calls_made) != 0)
        abort();
    calls_made = mmap(NULL, sizeof *calls_made, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (calls_made == MAP_FAILED)
        abort();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        real[i] = dlsym(library, names[i]);
}
"""


def main() -> None:
    declarations = re.findall(r"^(\w[\w ]*[ *])(st_\w+)\(([^()]*)\);", Path(sys.argv[1]).read_text(), re.MULTILINE)
    functions = []
    for place, (result, name, parameters) in enumerate(declarations):
        given = "" if parameters == "void" else ", ".join(re.findall(r"(\w+)(?=,|$)", parameters))
        answer = "" if result.strip() == "void" else "return "
        places = {"result": result, "name": name, "parameters": parameters, "answer": answer}
        functions.append(FUNCTION.format(place=place, given=given, **places))
    names = ", ".join(f'"{name}"' for _, name, _ in declarations)
    print(HEAD % len(declarations) + "".join(functions) + TAIL % names)


main()
