using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Hints;

/// <content>The names that tell what a Dockerfile's packages, programs and variables are for.</content>
internal static partial class DockerfileHints
{
    /// <summary>What bases bring, or is set by the description itself.</summary>
    private static readonly string[] Brought =
        ["ca-certificates", "/etc/ssl", "zoneinfo", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime"];

    /// <summary>Beginnings of the names of programs that only start others.</summary>
    private static readonly string[] Starters = ["tini-", "dumb-init_", "dumb-init-", "gosu-", "su-exec-", "s6-overlay-"];

    /// <summary>What a program of Java's is taken apart into, and the runtime.</summary>
    private static readonly HashSet<string> JavaParts = new(StringComparer.Ordinal)
    {
        "dependencies", "snapshot-dependencies", "spring-boot-loader", "application", "BOOT-INF", "META-INF", "classes", "lib", "libs",
        "jre", "javaruntime", "customjre", "quarkus-app", "quarkus", "app", "extracted",
    };

    /// <summary>What a Dockerfile installs to build or to prepare the image, and not for the program.</summary>
    private static readonly HashSet<string> Helpers = new(StringComparer.Ordinal)
    {
        "gcc", "g++", "make", "build-essential", "build-base", "pkg-config", "pkgconf", "cmake", "autoconf", "automake", "libtool", "meson",
        "ninja-build", "clang", "lld", "llvm", "python3", "python3-pip", "python3-venv", "py3-pip", "python-is-python3", "curl", "wget",
        "gnupg", "gnupg2", "gpg", "ca-certificates", "ca-certificates-bundle", "apt-transport-https", "lsb-release", "apt-utils",
        "software-properties-common", "unzip", "tar", "xz-utils", "gzip", "bash", "sudo", "gosu", "su-exec", "tini", "tini-static",
        "dumb-init", "shadow", "tzdata", "procps", "vim", "nano", "less", "locales", "locales-all", "libc6-compat", "gcompat", "jq",
        "nodejs", "npm", "yarn", "coreutils", "util-linux", "netcat", "netcat-openbsd", "netcat-traditional", "dos2unix", "net-tools",
        "iputils-ping", "dnsutils", "openssl", "zlib", "musl", "musl-utils", "busybox", "passwd", "s6", "s6-overlay", "supervisor",
        "libcap", "libcap2-bin", "libcap-utils", "setpriv", "icu-libs", "icu-data-full", "mime-support", "nginx", "go", "rust", "cargo",
        "composer", "rsync", "debconf", "dpkg-dev", "file", "re2c", "patch", "linux-headers", "strace", "htop", "ncurses",
    };

    /// <summary>Variables that belong to a toolchain, or to the layout of that Dockerfile.</summary>
    private static readonly HashSet<string> Toolchains = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "UID", "GID", "PUID", "PGID", "LANG", "LANGUAGE", "VIRTUAL_ENV", "GO111MODULE", "GOPROXY", "GOPATH",
        "GOFLAGS", "GOOS", "GOARCH", "GOARM", "GOROOT", "GOBIN", "GOCACHE", "GOMODCACHE", "GOPRIVATE", "GONOSUMDB", "GOSUMDB",
        "GOTOOLCHAIN", "GO_VERSION", "GOLANG_VERSION", "RUSTFLAGS", "RUST_VERSION", "JAVA_HOME", "JAVA_VERSION", "HOSTNAME", "VERSION",
        "COMMIT", "TERM", "PS1", "ENV", "SHELL", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "PYTHONHASHSEED",
        "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONHOME", "RUBYOPT", "RUBYLIB",
    };

    /// <summary>Beginnings of such variables.</summary>
    private static readonly string[] Prefixes =
    [
        "LC_", "DEBIAN_", "PYTHON_", "PIP_", "UV_", "POETRY_", "NODE_", "NPM_", "YARN_", "PNPM_", "COREPACK_", "CGO_", "RUSTUP_", "CARGO_",
        "JDK_", "MAVEN_", "GRADLE_", "BUNDLE_", "GEM_", "RUBY_", "RAILS_", "PHP_", "COMPOSER_", "APACHE_", "ASPNETCORE_", "DOTNET_",
        "NUGET_", "BUILD_", "LD_", "DOCKER_", "S6_", "BUNDLER_",
    ];

    /// <summary>Ends of the names of variables by which a Dockerfile checks what it downloads.</summary>
    private static readonly string[] Sums = ["SHA1SUM", "SHA256SUM", "SHA512SUM", "_SHA1", "_SHA256", "_SHA512", "_MD5", "_CHECKSUM"];

    /// <summary>Variables called like those, which change how the program itself runs.</summary>
    private static readonly HashSet<string> Telling = new(StringComparer.OrdinalIgnoreCase)
    {
        "PYTHONPATH", "NODE_OPTIONS", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "RAILS_SERVE_STATIC_FILES", "RAILS_LOG_TO_STDOUT",
        "LD_PRELOAD",
    };

    /// <summary>Whose images hold a system or a toolchain, and nothing of one program.</summary>
    private static readonly string[] Publishers =
    [
        "docker.io/library/", "library/", "mcr.microsoft.com/", "gcr.io/distroless/", "cgr.dev/", "dhi.io/", "public.ecr.aws/",
        "registry.access.redhat.com/", "registry.redhat.io/", "registry.suse.com/", "registry.fedoraproject.org/", "quay.io/centos/",
        "ghcr.io/graalvm/", "container-registry.oracle.com/", "ghcr.io/astral-sh/", "astral/", "oven/bun", "denoland/", "nginxinc/",
        "amazon/", "amd64/", "arm64v8/", "arm32v7/", "i386/", "balenalib/", "bitnami/", "azul/", "bellsoft/", "adoptopenjdk/",
        "redhat/", "rockylinux/", "almalinux/", "opensuse/", "nvidia/", "messense/", "tiangolo/", "multiarch/", "gcr.io/google",
    ];

    private static readonly HashSet<string> Shells = new(StringComparer.Ordinal)
    {
        "bash", "sh", "ash", "dash", "zsh", "fish", "login", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/zsh", "/bin/login",
    };

    /// <summary>Arguments by which a program that root starts becomes another user, or locks itself in.</summary>
    private static readonly HashSet<string> OfRoot = new(StringComparer.Ordinal)
    {
        "--chroot", "--uid", "--gid", "--setuid", "--setgid", "--setuser", "--setgroup", "--drop-privileges",
    };

    /// <summary>Users that services become.</summary>
    private static readonly HashSet<string> SystemUsers = new(StringComparer.Ordinal)
    {
        "nobody", "nogroup", "daemon", "www-data", "nginx", "http", "apache", "root",
    };

    /// <summary>Folders of the system, and of servers beside the program.</summary>
    private static readonly string[] OfServers = ["/proc", "/etc/nginx", "/etc/apache2", "/var/log/nginx", "/var/log/apache2",
        "/var/cache/nginx", "/var/lib/nginx"];

    private static readonly HashSet<string> Off = new(StringComparer.OrdinalIgnoreCase) { "", "0", "false", "no", "off" };
    private static readonly HashSet<string> On = new(StringComparer.OrdinalIgnoreCase) { "1", "true", "yes", "on" };

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
        | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"://[^/\s:@]*:[^/\s@]+@", Options)]
    private static partial Regex PasswordInAddress();

    [GeneratedRegex(@"(^|[._-])(dev|development|local|debug|test|testing)($|[._-])", Options)]
    private static partial Regex DevelopmentValue();
}
