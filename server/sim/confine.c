/* SPDX-License-Identifier: MIT
 * rlimits, and a seccomp filter that answers EPERM to whatever opens, connects, starts or signals.
 */
#include "sim/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* The sanitizers reserve terabytes of addresses and look at /proc when they report. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

/* A macro, as the type of the first argument differs between C libraries. */
#define LIMIT(resource, most) setrlimit(resource, &(struct rlimit){most, most})

#ifdef OUR_ARCH
/* Numbers above this one are another calling convention (x32) of the same machine. */
#define NUMBER_MAX 0x3fffffff
#define REFUSE(name)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1),                                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static bool filter_calls(void)
{
    static struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, NUMBER_MAX, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        REFUSE(socket),
        REFUSE(socketpair),
        REFUSE(connect),
        REFUSE(bind),
        REFUSE(listen),
        REFUSE(accept),
        REFUSE(accept4),
        REFUSE(sendto),
        REFUSE(openat),
        REFUSE(openat2),
        REFUSE(open_by_handle_at),
        REFUSE(execve),
        REFUSE(execveat),
        REFUSE(clone),
        REFUSE(clone3),
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(kill),
        REFUSE(tkill),
        REFUSE(pidfd_open),
        REFUSE(pidfd_send_signal),
        REFUSE(unlinkat),
        REFUSE(renameat2),
        REFUSE(linkat),
        REFUSE(symlinkat),
        REFUSE(mkdirat),
        REFUSE(fchmodat),
        REFUSE(fchownat),
        REFUSE(truncate),
        REFUSE(mount),
        REFUSE(umount2),
        REFUSE(chroot),
        REFUSE(pivot_root),
        REFUSE(unshare),
        REFUSE(setns),
        REFUSE(bpf),
        REFUSE(perf_event_open),
        REFUSE(userfaultfd),
        REFUSE(io_uring_setup),
        REFUSE(keyctl),
        REFUSE(add_key),
        REFUSE(request_key),
        REFUSE(memfd_create),
#ifdef __NR_open /* the older names of the same calls */
        REFUSE(open),
        REFUSE(creat),
        REFUSE(fork),
        REFUSE(vfork),
        REFUSE(unlink),
        REFUSE(rename),
        REFUSE(link),
        REFUSE(symlink),
        REFUSE(mkdir),
        REFUSE(rmdir),
        REFUSE(chmod),
        REFUSE(chown),
        REFUSE(renameat),
#endif
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof(program) / sizeof(program[0]), program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
#else
static bool filter_calls(void)
{
    return false;
}
#endif

bool sim_confine(uint64_t address_space)
{
    LIMIT(RLIMIT_CORE, 0);
    LIMIT(RLIMIT_NPROC, 0);
    LIMIT(RLIMIT_NOFILE, 64);
    if (SANITIZED) {
        return true;
    }
    LIMIT(RLIMIT_FSIZE, 0);
    LIMIT(RLIMIT_AS, (rlim_t)address_space);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_calls();
}
