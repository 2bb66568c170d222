#include "process.h"

#include "../sys/syscall.h"
#include "fresh.h"
#include "listener.h"
#include "queue.h"
#include "router.h"

#define PAGE 4096
#define IN_PROGRESS (-1)
#define SET_MASK 2
#define SET_SIZE 8

/*
 * The owner's pid lies in a page with MADV_WIPEONFORK (Linux 4.14): the kernel zeroes it in every child that gets a copy of the memory
 * (fork, clone without CLONE_VM), and leaves it in a child that shares the memory (vfork), where the pid then differs. No pthread_atfork
 * and no libc is needed, and it holds for children made by raw system calls. Python's subprocess closes every descriptor in such a vfork
 * child: had the shim followed, the parent's tables would be empty.
 */
static int *owner;

bool process_start(void) {
    int *page = sys_mmap(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (!page || SYS3(__NR_madvise, page, PAGE, MADV_WIPEONFORK) != 0) return false;
    __atomic_store_n(page, sys_getpid(), __ATOMIC_RELEASE);
    __atomic_store_n(&owner, page, __ATOMIC_RELEASE);
    return true;
}

static void after_fork(void) {
    __atomic_fetch_add(&fork_generation, 1, __ATOMIC_RELAXED);
    router_after_fork();
    queue_after_fork();
    listener_after_fork();
}

/* Signals wait meanwhile: a handler that calls something interposed would wait for the very thread it has interrupted. */
static bool take_over(int pid) {
    uint64_t all = ~0ull, before = 0;
    int wiped = 0;
    SYS4(__NR_rt_sigprocmask, SET_MASK, &all, &before, SET_SIZE);
    bool taken = __atomic_compare_exchange_n(owner, &wiped, IN_PROGRESS, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (taken) {
        after_fork();
        __atomic_store_n(owner, pid, __ATOMIC_RELEASE);
    }
    SYS4(__NR_rt_sigprocmask, SET_MASK, &before, 0, SET_SIZE);
    return taken;
}

/*
 * The interposed fork asks this in the child at once. A child made by a raw clone is recognised at its first call that concerns the shim;
 * if that is made by a vfork child of its own, which shares its memory, the pid that is kept is the wrong one, and the child passes
 * everything on.
 */
enum process_kind process_is(void) {
    if (!owner) return PROCESS_VFORKED;
    int pid = sys_getpid(), seen = __atomic_load_n(owner, __ATOMIC_ACQUIRE);
    if (seen == pid || (seen == 0 && take_over(pid))) return PROCESS_OWNER;
    /* Another thread of a new child is at it: a few system calls. */
    do seen = __atomic_load_n(owner, __ATOMIC_ACQUIRE);
    while (seen == IN_PROGRESS);
    return seen == pid ? PROCESS_OWNER : PROCESS_VFORKED;
}
