# Fetching Debian packages without installing them, for scripts that source this file.
#
# A private apt root has its own lists, cache and preferences, so nothing on the system changes; proxy settings, keys and
# credentials are the machine's own. Its package sources are the machine's own Debian entries with the release name replaced.
#
#   private_apt_root DIR SUITE     makes (or reuses) a root for the Debian release SUITE and fetches its lists
#   private_apt DIR TOOL ARGS...   runs an apt tool in it: private_apt DIR apt-get download etcd-server
#   unpack_packages FILES_DIR DIR  unpacks every .deb of FILES_DIR into DIR

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  [ $# -lt 2 ] || printf '%s: %s\n' "${0##*/}" "$2" >&2
  exit 1
}

# The release this machine runs, by its code name.
running_release() {
  local id codename
  id=$(. /etc/os-release && printf '%s' "${ID:-}")
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  [ "$id" = debian ] && [ -n "$codename" ] ||
    fail "this is not a Debian release (ID=$id, VERSION_CODENAME=$codename), so the package source of the test servers cannot be derived" \
         "put the servers in place by hand and name their directory in HOLDFAST_SERVERS"
  printf '%s' "$codename"
}

# Prints one-line-format entries that name the running release, with its name replaced by $2. stdin: a .list file.
rewrite_one_line_sources() {
  awk -v from="$1" -v to="$2" '
    $1 != "deb" { next }
    {
      options = ""; rest = $0; sub(/^deb[ \t]+/, "", rest)
      if (match(rest, /^\[[^]]*\][ \t]*/)) { options = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1) }
      sub(/[ \t]*#.*$/, "", rest)
      n = split(rest, part, /[ \t]+/)
      if (n < 3 || part[2] !~ ("^" from "(-updates|-security)?$")) next
      sub("^" from, to, part[2])
      line = "deb " options
      for (i = 1; i <= n; i++) line = line part[i] " "
      print line
    }'
}

# The same for deb822 stanzas: keeps the stanzas (and in them the suites) that name the running release.
rewrite_deb822_sources() {
  awk -v from="$1" -v to="$2" '
    function flush_stanza() {
      if (suites != "" && enabled && binary) printf "Types: deb\nSuites:%s\n%s\n", suites, body
      suites = ""; body = ""; enabled = 1; binary = 0; field = ""
    }
    BEGIN { flush_stanza() }
    /^[ \t]*$/ { flush_stanza(); next }
    /^#/ { next }
    {
      value = $0
      if (match($0, /^[^ \t:]+:/)) { field = tolower(substr($0, 1, RLENGTH - 1)); value = substr($0, RLENGTH + 1) }
      if (field == "types") { if (value ~ /(^|[ \t])deb([ \t]|$)/) binary = 1 }
      else if (field == "suites") {
        n = split(value, name, /[ \t]+/)
        for (i = 1; i <= n; i++)
          if (name[i] ~ ("^" from "(-updates|-security)?$")) { sub("^" from, to, name[i]); suites = suites " " name[i] }
      }
      else if (field == "enabled") { if (tolower(value) ~ /no|false/) enabled = 0 }
      else body = body $0 "\n"
    }
    END { flush_stanza() }'
}

write_private_sources() {
  local root=$1 suite=$2 release=$3 file
  rm -rf "$root/sources" && mkdir -p "$root/sources"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ -r "$file" ]; then rewrite_one_line_sources "$release" "$suite" <"$file"; fi
  done >"$root/sources/holdfast.list"
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ -r "$file" ]; then rewrite_deb822_sources "$release" "$suite" <"$file"; fi
  done >"$root/sources/holdfast.sources"
  [ -s "$root/sources/holdfast.list" ] || [ -s "$root/sources/holdfast.sources" ] ||
    fail "no entry of /etc/apt names the release '$release', so there is nothing to derive the source of '$suite' from" \
         "name the release (not 'stable') in /etc/apt/sources.list"
}

private_apt_root() {
  local root=$1 suite=$2 release
  release=$(running_release)
  mkdir -p "$root/lists/partial" "$root/archives/partial"
  write_private_sources "$root" "$suite" "$release"
  : >"$root/status"  # what is installed here must not decide which version is fetched
  printf 'Package: *\nPin: release o=Debian\nPin-Priority: 990\n' >"$root/preferences"
  # Hooks and background work of the machine's own apt set-up have no business here.
  cat >"$root/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
#clear Acquire::Languages;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$root/sources";
Dir::Etc::preferences "$root/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$root/lists";
Dir::State::status "$root/status";
Dir::Cache "$root";
Dir::Cache::archives "$root/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "$root/log";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
APT::Default-Release "";
CONF
  private_apt "$root" apt-get update >"$root/update.log" 2>&1 || {
    cat "$root/update.log" >&2
    fail "could not fetch the package lists of '$suite'" "is the network, or the proxy in /etc/apt/apt.conf.d, reachable?"
  }
}

private_apt() {
  local root=$1 tool=$2
  shift 2
  DEBIAN_FRONTEND=noninteractive "$tool" -qq -c "$root/apt.conf" "$@"
}

unpack_packages() {
  local file
  for file in "$1"/*.deb; do
    dpkg-deb -x "$file" "$2" || fail "could not unpack ${file##*/}"
  done
}
