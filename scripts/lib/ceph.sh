# Ceph's programs and configuration for ceph-rgw, which sources this file after private-apt.sh.

servers=${HOLDFAST_SERVERS:-$source_dir/build/servers}
mkdir -p "$servers"
servers=$(cd "$servers" && pwd)
ceph_root=$servers/ceph/root

# Runs one of the unpacked programs, which look for their libraries where the packages would have put them.
ceph_run() {
  local libraries
  libraries=$(printf '%s:' "$ceph_root"/usr/lib/*-linux-gnu/ceph "$ceph_root"/usr/lib/*-linux-gnu "$ceph_root"/lib/*-linux-gnu)
  if [ "$1" = setsid ]; then
    shift
    PATH="$ceph_root/usr/bin:$PATH" LD_LIBRARY_PATH="$libraries" exec setsid "$@"
  else
    PATH="$ceph_root/usr/bin:$PATH" LD_LIBRARY_PATH="$libraries" "$@"
  fi
}

ceph_runs() {
  local program
  for program in ceph-mon ceph-osd radosgw radosgw-admin monmaptool osdmaptool ceph-authtool; do
    ceph_run "$program" --version >/dev/null 2>&1 || return 1
  done
}

# Fetches the packages and those of their dependencies that this machine lacks, unless that is done already. A library the
# machine had then and lost since makes the programs fail to load, so the check is to run them.
unpack_ceph() {
  local apt_root=$servers/ceph/apt
  mkdir -p "$servers/ceph"
  exec 9>"$servers/ceph/.lock"
  flock 9
  if ! ceph_runs; then
    printf 'ceph-rgw: fetching the packages of Ceph\n'
    rm -rf "$ceph_root" "$apt_root"
    private_apt_root "$apt_root" "$(running_release)"
    private_apt "$apt_root" apt-get -y -o Debug::NoLocking=1 --download-only --no-install-recommends \
      install ceph-mon ceph-osd radosgw ceph-common >/dev/null || fail "could not download ceph-mon, ceph-osd, radosgw and ceph-common"
    unpack_packages "$apt_root/archives" "$ceph_root"
    rm -rf "$apt_root"
    ceph_runs || fail "Ceph's programs do not run from $ceph_root" "see which library is missing: ldd $ceph_root/usr/bin/radosgw"
  fi
  exec 9>&-
}

# write_ceph_conf DIR FSID MON_V1_PORT MON_V2_PORT S3_PORT STS_KEY
write_ceph_conf() {
  local dir=$1 libraries
  libraries=$(printf '%s' "$ceph_root"/usr/lib/*-linux-gnu)
  cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $2
mon host = [v2:127.0.0.1:$4,v1:127.0.0.1:$3]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
# Without authentication radosgw never gets past the monitor.
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $dir/keyring
mon data = $dir/mon
osd data = $dir/osd
rgw data = $dir/rgw
run dir = $dir
admin socket =
log file = $dir/\$name.log
mon cluster log file = $dir/cluster.log
pid file =
crash dir = $dir
plugin dir = $libraries/ceph
erasure code dir = $libraries/ceph/erasure-code
osd class dir = $libraries/rados-classes
# One daemon holds the only copy, in memory.
osd objectstore = memstore
memstore device bytes = 8589934592
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
# Decisions of a single monitor need not be gathered.
paxos propose interval = 0.05
paxos min wait = 0.01
osd max object name len = 256
osd max object namespace len = 64

[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$5 tcp_nodelay=1
rgw dns name = localhost
rgw enable usage log = false
rgw s3 auth use sts = true
rgw sts key = $6
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = holdfast-test-key=YmluYm9vc3RiaW5ib29zdGJpbmJvb3N0YmluYm9vc3Q=
CONF
}

make_ceph_keyring() {
  local file=$1/keyring
  ceph_run ceph-authtool --create-keyring "$file" --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph_run ceph-authtool "$file" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
  ceph_run ceph-authtool "$file" --gen-key -n client.rgw --cap mon 'allow rwx' --cap osd 'allow rwx' >/dev/null
  ceph_run ceph-authtool "$file" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' >/dev/null
}
