#!/bin/sh
# run.sh DIRECTORY: runs those of libuv's tests that have to do with connections, listeners and their heirs, each in
# processes of its own; prints a line with the outcome of each, and on standard error why some have failed.
set -u
cd "$1"
# root may run them if it insists; io_uring would hide the calls from everybody.
export UV_RUN_AS_ROOT=1 UV_USE_IO_URING=0 UV_TEST_TIMEOUT_MULTIPLIER=5
names='^(tcp|pipe_|poll|ipc_|connect|shutdown|fork_|spawn_|close|delayed_accept|multiple_listen|getsockname_tcp|not_'
names=$names'|handle_|has_ref|socket|callback_stack|emfile|watcher_cross_stop|read_|write_|try_write|eintr)'
for test in $(test/run-tests --list | sed 's/ .*//' | sort -u | grep -E "$names"); do
    test/run-tests "$test" >output 2>&1 || cat output >&2
    sed -n 's/^\(not \)\?ok 1 - /\1ok /p' output
done
