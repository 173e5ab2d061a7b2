/* SPDX-License-Identifier: MIT
 * Writes pipes.txt: random reads and writes on pipes that do not block, under the kernel of this
 * machine, which must be Linux 6.18 with pages of 4 KiB. Not part of the build:
 * gcc -O1 -o record pipes.c && ./record >../pipes.txt
 * The lines are explained in test_pipes_linux.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, BUFFER = 64 * PAGE, PIPES = 60, OPS = 50 };

static uint64_t state = 7;

static uint64_t roll(uint64_t sides)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % sides;
}

static size_t some_size(uint64_t pages)
{
    switch (roll(8)) {
    case 0:
        return roll(3);
    case 1:
        return 1 + roll(100);
    case 2:
    case 3:
        return 1 + roll(PAGE);
    case 4:
        return PAGE - 3 + roll(7);
    case 5:
        return (1 + roll(pages)) * PAGE;
    default:
        return 1 + roll((pages + 2) * PAGE);
    }
}

static void one_pipe(char *buffer, uint64_t pages)
{
    int fd[2], bytes;
    if (pipe2(fd, O_NONBLOCK) != 0 || fcntl(fd[1], F_SETPIPE_SZ, (int)pages * PAGE - 5) < 0) {
        exit(1);
    }
    printf("p %d %d 0 0\n", (int)pages * PAGE - 5, fcntl(fd[1], F_GETPIPE_SZ));
    for (int i = 0; i < OPS; i++) {
        int writes = roll(9) < 5, bad = roll(12) == 0;
        size_t n = some_size(pages), good = bad ? roll(2 * PAGE) : 0;
        char *at = bad ? buffer + BUFFER - good : buffer;
        if (i == OPS - 6 || (i == OPS - 12 && pages == 2)) {
            close(fd[pages != 2]);
            printf("%c 0 0 0 0\n", pages != 2 ? 'x' : 'y'); /* no writer, no reader */
            if (pages == 2) {
                ssize_t none = write(fd[1], at, n);
                printf("w %zu %ld %zu 0\n", n, none < 0 ? -(long)errno : (long)none,
                    bad ? good + 1 : 0);
                close(fd[1]);
                return;
            }
        }
        if (i >= OPS - 6) {
            writes = 0;
        }
        ssize_t done = writes ? write(fd[1], at, n) : read(fd[0], at, n);
        long result = done < 0 ? -(long)errno : (long)done;
        ioctl(fd[0], FIONREAD, &bytes);
        printf("%c %zu %ld %zu %d\n", writes ? 'w' : 'r', n, result, bad ? good + 1 : 0, bytes);
    }
    close(fd[0]);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    char *buffer =
        mmap(NULL, BUFFER + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer == MAP_FAILED || munmap(buffer + BUFFER, PAGE) != 0) {
        return 1;
    }
    static const uint64_t sizes[] = {1, 2, 3, 4, 8, 16};
    for (int i = 0; i < PIPES; i++) {
        one_pipe(buffer, sizes[i % 6]);
    }
    return 0;
}
