# shellcheck shell=bash disable=SC2034  # the variables are for `up`, `down` and images/make
# What `up`, `down` and `images/make` share: where an engine lives, and whether it answers.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(cd "$here/../.." && pwd -P)
home=${ENGINE_HOME:-$repo/artifacts/engine}
case $home in /*) ;; *) home=$PWD/$home ;; esac

say() { printf '%s\n' "$*"; }
fail() { printf 'engine: %s\n' "$*" >&2; exit 1; }

# macOS has no `timeout`; there an engine is somebody else's anyway.
limit() { if command -v timeout >/dev/null; then timeout "$@"; else shift; "$@"; fi; }

# engine_at NAME: sets dir, run, socket, bridge and hash for one of our engines. NAME is a folder of $home.
engine_at() {
  dir=$home/$1
  hash=$(printf '%08x' "$(printf %s "$dir" | cksum | cut -d' ' -f1)")
  bridge=cms$hash
  # A unix socket's path has 107 bytes at most, 91 for .NET's client, and containerd's sockets lie deep in the exec
  # root: from a deep clone all of them move to a short folder. It is written down, as the environment may change.
  run=$dir
  if [ -s "$dir/run-folder" ]; then
    run=$(cat "$dir/run-folder")
  elif [ "$1" = podman ]; then
    # Podman's sockets have a container's id of 64 characters in their paths: wherever we are, their folder is a short one.
    run=/tmp/cms-$hash
  elif [ "$(printf %s "$dir" | wc -c)" -gt 60 ]; then
    run=${XDG_RUNTIME_DIR:-/tmp}
    [ "${#run}" -le 30 ] || run=/tmp
    run=$run/cake-multistage-$hash
  fi
  socket=$run/docker.sock
}

# The pid of our dockerd, if it lives: a pid file alone may be left over from a crash, its number in use by another.
engine_pid() {
  local pid
  pid=$(cat "$dir/dockerd.pid" 2>/dev/null) && [ -n "$pid" ] &&
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- " unix://$socket " && printf '%s\n' "$pid"
}

# After a crash of dockerd its containerd, the shims and what runs in their containers can be left. They name our exec
# root on their command lines. A containerd that still lives would lock out the next one.
kill_leftovers() {
  local process pid killed=()
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    case $(tr '\0' ' ' 2>/dev/null <"$process/cmdline") in
      *containerd-shim*" $run/exec/"*)
        # shellcheck disable=SC2207  # a list of pids
        killed+=("$pid" $(cat "$process/task/$pid/children" 2>/dev/null)) ;;
      *containerd*" $run/exec/"*) killed+=("$pid") ;;
    esac
  done
  for pid in ${killed[@]+"${killed[@]}"}; do
    kill -9 "$pid" 2>/dev/null || true
    ends "$pid" || say "Process $pid does not end."
  done
  rm -f "$run/exec/containerd/"*.pid "$run/exec/containerd/"*.sock*
}

# ends PID: waits up to 20 s for it to be gone.
ends() {
  local _
  for _ in {1..200}; do
    [ -d "/proc/$1" ] || return 0
    sleep 0.1
  done
  return 1
}

answers() { limit 20 docker -H "$1" version >/dev/null 2>&1; }

is_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v dpkg >/dev/null; }

# apt_install PACKAGE…: what is missing of them. No service starts: a policy-rc.d (a Debian convention) forbids it for
# the time being, and what has come newly does not start at the next boot either.
apt_install() {
  local missing=() package new_policy='' policy=/usr/sbin/policy-rc.d
  for package; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "apt-get install ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    new_policy=1
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  # A third party's list that cannot be read is no reason to stop: the install below decides.
  [ -n "${apt_updated:-}" ] || apt-get -qq update >/dev/null 2>&1 || true
  apt_updated=1
  local log=$home/apt.log
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-unsafe-io \
    "${missing[@]}" >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get install ${missing[*]} failed"; }
  case " ${missing[*]} " in
    *' docker.io '*)
      if [ -d /run/systemd/system ]; then
        systemctl -q disable docker.socket docker.service containerd.service 2>/dev/null || true
      elif command -v update-rc.d >/dev/null; then
        update-rc.d docker disable >/dev/null 2>&1 || true
      fi ;;
  esac
  case " ${missing[*]} " in
    *' podman '*)
      [ ! -d /run/systemd/system ] ||
        systemctl -q disable podman.socket podman.service podman-restart.service podman-auto-update.timer \
          podman-auto-update.service 2>/dev/null || true ;;
  esac
  [ -z "$new_policy" ] || { rm -f "$policy"; trap - EXIT; }
}

# The Debian mirror this machine's apt uses (apt reads its own configuration best); nothing where it has none, and
# debootstrap takes an empty mirror for its default.
debian_mirror() {
  # shellcheck disable=SC2016  # $(…) is apt's notation
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' '$3 ~ /^https?:/ && (($1 == "Debian" && $2 == "Debian") || $3 ~ /\/debian\/?$/) && !n++ { print $3 }'
}

# bootstrap SUITE FOLDER [OPTION…]: a minimal Debian, its packages kept for the next time.
bootstrap() {
  local suite=$1 root=$2 script=() log=$home/debootstrap-$1.log
  shift 2
  apt_install debootstrap
  # debootstrap has a script for each suite of its own day; newer ones go by that of sid.
  [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=(/usr/share/debootstrap/scripts/sid)
  rm -rf "$root"
  # What Debian's official images say to dpkg too: no fsync for each file, and no manuals and translations.
  mkdir -p "$home/cache/$suite" "$root/etc/dpkg/dpkg.cfg.d"
  printf '%s\n' force-unsafe-io 'path-exclude /usr/share/doc/*' 'path-include /usr/share/doc/*/copyright' \
    'path-exclude /usr/share/man/*' 'path-exclude /usr/share/info/*' 'path-exclude /usr/share/locale/*' \
    >"$root/etc/dpkg/dpkg.cfg.d/docker"
  debootstrap --variant=minbase --cache-dir="$home/cache/$suite" "$@" \
    "$suite" "$root" "$(debian_mirror)" "${script[@]}" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "debootstrap $suite failed: $log"; }
}
