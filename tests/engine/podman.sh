# shellcheck shell=bash disable=SC2154  # the variables come from common.sh
# Podman as a private engine: Debian's package under folders of its own, for `up` and `down`.

# The pid of our Podman service, if it lives.
podman_pid() {
  local pid
  pid=$(cat "$dir/podman.pid" 2>/dev/null) && [ -n "$pid" ] &&
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- " unix://$socket" && printf '%s\n' "$pid"
}

# Steps of builds and containers outlive the service. Theirs is a root folder in our data, or a command line that names
# our run folder.
podman_processes() {
  local process pid
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" != $$ ] || continue
    if awk -v data="$dir/data/overlay/" '$5 == "/" && index($0, data) { found = 1 } END { exit !found }' \
      "$process/mountinfo" 2>/dev/null ||
      tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qE -- "^[^ ]*(conmon|podman|runc) .*$run/"; then
      printf '%s\n' "$pid"
    fi
  done
}

stop_podman() {
  local pid
  if pid=$(podman_pid); then
    kill "$pid"
    ends "$pid" || kill -9 "$pid" 2>/dev/null || true
    say "Stopped: unix://$socket"
  fi
  podman_processes | xargs -r kill -9 2>/dev/null || true
  rm -f "$socket" "$dir/podman.pid"
}

start_podman() {
  mkdir -p "$dir/data" "$dir/tmp" "$dir/net"
  exec 9>"$dir/lock"
  flock 9
  if answers "unix://$socket"; then exec 9>&-; return 0; fi
  if pid=$(podman_pid); then fail "podman ($pid) runs but does not answer: see $dir/podman.log, or run tests/engine/down"; fi
  # docker.io has runc and the client that images are copied with. No service of Podman's package is to start.
  local packages=(docker.io podman iproute2 ca-certificates)
  if ! command -v docker >/dev/null && apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
  apt_install "${packages[@]}"
  if ! grep -q ' cgroup2\? ' /proc/mounts; then
    apt_install cgroupfs-mount
    cgroupfs-mount
  fi
  stop_podman
  make_run_folder

  # What Podman would share with one of the machine's: locks in /dev/shm, networks in /etc/cni, files in /var/tmp. Its
  # cache of which registry has which layer stays in /var/lib/containers/cache.
  cat >"$dir/containers.conf" <<CONF
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "$run/t"
[network]
network_config_dir = "$dir/net"
CONF
  # Loopback registries need no TLS with Docker, so that none of the tests' has it.
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' localhost 127.0.0.1 >"$dir/registries.conf"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$dir/data" "$run/r" >"$dir/storage.conf"
  : >"$dir/podman.log"
  detach "$dir/podman.log" env -i PATH="$PATH" HOME="$dir" TMPDIR="$dir/tmp" CONTAINERS_CONF="$dir/containers.conf" \
    CONTAINERS_REGISTRIES_CONF="$dir/registries.conf" CONTAINERS_STORAGE_CONF="$dir/storage.conf" \
    podman --root "$dir/data" --runroot "$run/r" --cgroup-manager cgroupfs system service --time 0 "unix://$socket"
  local child=$! seconds=$SECONDS
  printf '%s\n' "$child" >"$dir/podman.pid"
  until answers "unix://$socket"; do
    if [ $((SECONDS - seconds)) -ge 60 ] || ! kill -0 "$child" 2>/dev/null; then
      tail -n 20 "$dir/podman.log" >&2
      fail "podman did not come up; its log: $dir/podman.log"
    fi
    sleep 0.2
  done
  exec 9>&-
}

# fill_podman HOST IMAGE…: images of another engine, under the names that they have there. Podman takes a name without a
# registry for one of its own.
fill_podman() {
  local from=$1 image missing=()
  shift
  for image; do
    docker -H "unix://$socket" image inspect "$image" >/dev/null 2>&1 || missing+=("$image")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  docker -H "$from" save "${missing[@]}" | docker -H "unix://$socket" load -q >/dev/null ||
    fail "the images ${missing[*]} could not be copied from $from"
  for image in "${missing[@]}"; do
    if docker -H "unix://$socket" image inspect "localhost/$image" >/dev/null 2>&1; then
      docker -H "unix://$socket" tag "localhost/$image" "$image"
      docker -H "unix://$socket" rmi "localhost/$image" >/dev/null
    fi
  done
  say "${missing[*]}: copied from $from"
}
