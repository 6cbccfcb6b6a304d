#!/usr/bin/env bash
# Starts Ceph's S3 gateway on 127.0.0.1:PORT: one monitor, one disk in memory, one gateway, all in FOLDER. Takes about 15 seconds.
# Prints nothing; what happens is in FOLDER/start.log. The processes end with: kill $(cat FOLDER/*.pid)
# usage: start.sh FOLDER PORT MONITOR_PORT
set -euo pipefail
folder=$1 port=$2 monitor=127.0.0.1:$3
exec >"$folder/start.log" 2>&1
export CEPH_CONF=$folder/ceph.conf
cluster=$(cat /proc/sys/kernel/random/uuid) disk=$(cat /proc/sys/kernel/random/uuid)
mkdir "$folder/mon" "$folder/osd" "$folder/sockets"

# No authentication between the parts, one copy of everything, and only the old protocol, which needs no keys.
cat >"$CEPH_CONF" <<CONF
[global]
  fsid = $cluster
  mon host = [v1:$monitor]
  mon initial members = m
  public addr = 127.0.0.1
  cluster addr = 127.0.0.1
  ms bind msgr2 = false
  auth cluster required = none
  auth service required = none
  auth client required = none
  auth allow insecure global id reclaim = true
  osd pool default size = 1
  osd pool default min size = 1
  osd pool default pg num = 1
  mon allow pool size one = true
  osd crush chooseleaf type = 0
  osd objectstore = memstore
  memstore device bytes = 1073741824
  run dir = $folder/sockets
  admin socket = $folder/sockets/\$name.asok
  pid file = $folder/\$name.pid
  log file = $folder/\$name.log
[mon.m]
  mon data = $folder/mon
  mon addr = $monitor
[osd.0]
  osd data = $folder/osd
[client.rgw.s3]
  rgw frontends = beast endpoint=127.0.0.1:$port
  rgw enable usage log = false
  rgw enable ops log = false
CONF

monmaptool --create --fsid "$cluster" --addv m "[v1:$monitor]" "$folder/monmap"
ceph-mon --mkfs -i m --monmap "$folder/monmap"
ceph-mon -i m
timeout 60 ceph osd new "$disk" 0
ceph-osd -i 0 --mkfs --osd-uuid "$disk"
# It may ask before it has learned the cluster's id, is turned away ("wrong fsid"), and ends.
tries=0
until ceph-osd -i 0; do
  [ $((tries += 1)) -lt 10 ]
  sleep 1
done
radosgw -n client.rgw.s3
for _ in $(seq 120); do
  curl --silent --output /dev/null "http://127.0.0.1:$port/" && break
  sleep 0.5
done
timeout 60 radosgw-admin user create --uid tester --display-name tester --access-key Mina --secret secret
