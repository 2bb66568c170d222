"""A process of a container that has the rights it is told to have, until its standard input ends.

rights.py ROOT [name=HEX] [thread] [drop] [later] [exit]: another root directory; a name; a second thread, which keeps all rights; the first thread gives
up what is dangerous, or does so when told by a line; the first thread ends. Says so by an empty line.
"""
import ctypes
import os
import sys
import threading

PR_SET_NAME, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 15, 24, 38
VERSION_3 = 0x20080522
NET_ADMIN, SYS_ADMIN = 12, 21

libc = ctypes.CDLL(None, use_errno=True)


def done(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "refused")


def drop():
    """Of the calling thread alone, as all of these calls are."""
    for capability in (NET_ADMIN, SYS_ADMIN):
        done(libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
    done(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    done(libc.capget(header, sets))
    for i in range(3):
        sets[i] &= ~(1 << NET_ADMIN | 1 << SYS_ADMIN)
    done(libc.capset(header, sets))


def until_end():
    sys.stdin.read()
    os._exit(0)


os.chroot(sys.argv[1])
wanted = sys.argv[2:]
for word in wanted:
    if word.startswith("name="):
        done(libc.prctl(PR_SET_NAME, bytes.fromhex(word[5:]), 0, 0, 0))
if "thread" in wanted:
    threading.Thread(target=until_end).start()
if "drop" in wanted:
    drop()
print(flush=True)
if "later" in wanted and sys.stdin.readline():
    drop()
    print(flush=True)
if "exit" in wanted:
    libc.syscall(60 if os.uname().machine == "x86_64" else 93, 0)
if "thread" not in wanted:
    until_end()
