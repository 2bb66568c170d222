#include "process.h"

#include "../sys/syscall.h"
#include "fresh.h"
#include "listener.h"
#include "router.h"

#define PAGE 4096
#define IN_PROGRESS (-1)

/*
 * The owner's pid lies in a page with MADV_WIPEONFORK (Linux 4.14): the kernel zeroes it in every child that gets a copy of the memory
 * (fork, clone without CLONE_VM), and leaves it in a child that shares the memory (vfork), where the pid then differs. No pthread_atfork
 * and no libc is needed, and it holds for children made by raw system calls. Python's subprocess closes every descriptor in such a vfork
 * child: had the shim followed, the parent's tables would be empty.
 */
static int *owner;
static int without_page;

void process_start(void) {
    int *page = sys_mmap(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (page && SYS3(__NR_madvise, page, PAGE, MADV_WIPEONFORK) != 0) page = NULL;
    owner = page ? page : &without_page;
    __atomic_store_n(owner, sys_getpid(), __ATOMIC_RELEASE);
}

static void after_fork(void) {
    __atomic_fetch_add(&fork_generation, 1, __ATOMIC_RELAXED);
    router_after_fork();
    listener_after_fork();
}

enum process_kind process_is(void) {
    if (!owner) return PROCESS_VFORKED;
    int pid = sys_getpid(), seen = __atomic_load_n(owner, __ATOMIC_ACQUIRE);
    if (seen == pid) return PROCESS_OWNER;
    if (seen == 0) {
        if (__atomic_compare_exchange_n(owner, &seen, IN_PROGRESS, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            after_fork();
            __atomic_store_n(owner, pid, __ATOMIC_RELEASE);
            return PROCESS_OWNER;
        }
    }
    /* Another thread of a new child is at it: a few system calls. */
    while (seen == IN_PROGRESS) seen = __atomic_load_n(owner, __ATOMIC_ACQUIRE);
    return seen == pid ? PROCESS_OWNER : PROCESS_VFORKED;
}
