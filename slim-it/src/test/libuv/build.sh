#!/bin/sh
# build.sh IPV4 IPV6 DIRECTORY: libuv's own tests, as uvloop's source package has them, but between these addresses
# instead of the loopback's, so that their connections take the host path.
set -eu
ipv4=$1 ipv6=$2 directory=$3
# libuv 1.48, the last that registers its listeners with epoll_ctl.
release=uvloop-0.21.0

cd "$directory"
python3 -m pip download -q --no-deps --no-binary :all: "$(echo $release | sed 's/-/==/')"
tar xzf $release.tar.gz
cd $release/vendor/libuv
sed -i "s/127\.0\.0\.1/$ipv4/g; s/\"::1\"/\"$ipv6\"/g" test/*.c test/*.h
# It gives its server 100 ms to answer, which a busy machine may take.
sed -i 's/timer_cb, 100, 0/timer_cb, 2000, 0/' test/test-shutdown-eof.c
./configure --quiet --disable-shared
# What they test is the kernel and the shim: speed is nothing to them.
make --quiet -j2 CFLAGS="-O0 -g0" test/run-tests
mkdir -p "$directory/test"
mv test/run-tests test/fixtures "$directory/test"
cd "$directory"
rm -r $release $release.tar.gz
