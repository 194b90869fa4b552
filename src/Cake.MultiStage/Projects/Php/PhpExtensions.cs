using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Php;

/// <summary>
/// The extensions of PHP that a project needs and PHP's images lack (their documentation, "How to install more PHP extensions").
/// </summary>
/// <param name="Names">Their names, in order.</param>
/// <param name="Unknown">Those of them that the table does not know: they are taken from PECL as they are.</param>
internal sealed partial record PhpExtensions(IReadOnlyList<string> Names, IReadOnlyList<string> Unknown)
{
    /// <summary>What PHP's images have.</summary>
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal)
    {
        "core", "ctype", "curl", "date", "dom", "fileinfo", "filter", "ftp", "hash", "iconv", "json", "libxml", "lexbor", "mbstring",
        "mysqlnd", "openssl", "pcre", "pdo", "pdo_sqlite", "phar", "posix", "random", "readline", "reflection", "session", "simplexml",
        "sodium", "spl", "sqlite3", "standard", "tokenizer", "uri", "xml", "xmlreader", "xmlwriter", "zlib", "opcache", "zend-opcache",
    };

    /// <summary>What PHP's own source has, with the packages of Debian that compiling it takes.</summary>
    private static readonly Dictionary<string, string[]> Own = new(StringComparer.Ordinal)
    {
        ["bcmath"] = [], ["bz2"] = ["libbz2-dev"], ["calendar"] = [], ["dba"] = [], ["enchant"] = ["libenchant-2-dev"], ["exif"] = [],
        ["ffi"] = ["libffi-dev"], ["gd"] = ["libfreetype-dev", "libjpeg62-turbo-dev", "libpng-dev", "libwebp-dev"], ["gettext"] = [],
        ["gmp"] = ["libgmp-dev"], ["intl"] = ["libicu-dev"], ["ldap"] = ["libldap-dev"], ["mysqli"] = [], ["pcntl"] = [],
        ["pdo_mysql"] = [], ["pdo_pgsql"] = ["libpq-dev"], ["pgsql"] = ["libpq-dev"], ["shmop"] = [], ["snmp"] = ["libsnmp-dev"],
        ["soap"] = ["libxml2-dev"], ["sockets"] = [], ["sysvmsg"] = [], ["sysvsem"] = [], ["sysvshm"] = [], ["tidy"] = ["libtidy-dev"],
        ["xsl"] = ["libxslt1-dev"], ["zip"] = ["libzip-dev"],
    };

    /// <summary>What comes from PECL, with the packages of Debian that compiling it takes.</summary>
    private static readonly Dictionary<string, string[]> Pecl = new(StringComparer.Ordinal)
    {
        ["amqp"] = ["librabbitmq-dev"], ["apcu"] = [], ["ds"] = [], ["grpc"] = ["zlib1g-dev"], ["igbinary"] = [],
        ["imagick"] = ["libmagickwand-dev"], ["imap"] = ["libc-client-dev", "libkrb5-dev"],
        ["memcached"] = ["libmemcached-dev", "libssl-dev", "zlib1g-dev"], ["mongodb"] = ["libssl-dev"], ["msgpack"] = [],
        ["opentelemetry"] = [], ["pcov"] = [], ["protobuf"] = [], ["rdkafka"] = ["librdkafka-dev"], ["redis"] = [],
        ["ssh2"] = ["libssh2-1-dev"], ["uuid"] = ["uuid-dev"], ["xlswriter"] = ["zlib1g-dev"], ["yaml"] = ["libyaml-dev"],
        ["zstd"] = ["libzstd-dev"],
    };

    /// <summary>What source shows, by what it calls.</summary>
    private static readonly (string Extension, Regex Call)[] Calls =
    [
        ("mysqli", Mysqli()), ("pdo_mysql", PdoMysql()), ("pdo_pgsql", PdoPgsql()), ("pgsql", Pgsql()), ("gd", Gd()), ("zip", Zip()),
        ("soap", Soap()), ("bcmath", BcMath()), ("intl", Intl()), ("gmp", Gmp()), ("exif", Exif()), ("redis", Redis()),
    ];

    /// <summary>Works out which they are: by Composer's files, the project's own source, the database that its settings name.</summary>
    public static PhpExtensions Of(ProjectFolder folder, ComposerFile? composer, PhpProjectSettings settings)
    {
        string[] names =
        [
            .. (composer?.Extensions ?? new HashSet<string>(StringComparer.Ordinal))
                .Concat(Called(folder))
                .Concat(Connected(folder, composer))
                .Concat(settings.Extensions.Select(name => name.ToLowerInvariant()))
                .Where(name => !BuiltIn.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        return new PhpExtensions(names, [.. names.Where(name => !Own.ContainsKey(name) && !Pecl.ContainsKey(name))]);
    }

    /// <summary>
    /// Writes the command that compiles them and keeps, of what that takes, the libraries that they are linked to: as PHP's own images
    /// are made.
    /// </summary>
    public string Install()
    {
        string[] packages = [.. Names.SelectMany(Packages).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] own = [.. Names.Where(Own.ContainsKey)];
        string[] others = [.. Names.Except(own, StringComparer.Ordinal)];
        string[] compile =
        [
            .. own.Contains("gd", StringComparer.Ordinal)
                ? ["docker-php-ext-configure gd --with-freetype --with-jpeg --with-webp"]
                : Array.Empty<string>(),
            .. own.Length == 0 ? Array.Empty<string>() : [$"docker-php-ext-install -j\"$(nproc)\" {Words(own)}"],
            .. others.Length == 0
                ? Array.Empty<string>()
                : [$"printf \"\\n\" | pecl install {Words(others)}", $"docker-php-ext-enable {Words(others)}"],
        ];
        return packages.Length == 0 ? ShellWord.Sequence([.. compile, "rm -rf /tmp/pear"]) : ShellWord.Sequence(
        [
            "manual=\"$(apt-mark showmanual)\"", SystemPackages.Install(packages), .. compile, "rm -rf /tmp/pear",
            "apt-mark auto \".*\" > /dev/null", "apt-mark manual $manual > /dev/null",
            "find \"$(php -r \"echo PHP_EXTENSION_DIR;\")\" -name \"*.so\" -exec ldd {} + | "
                // A package may list a file with or without /usr.
                + "sed -n \"s/.*=> \\(\\/usr\\)\\{0,1\\}\\(\\/[^ ]*\\) (0x.*/*\\2/p\" | sort -u | xargs -r dpkg-query --search "
                + "| cut -d: -f1 | sort -u | xargs -r apt-mark manual > /dev/null",
            "apt-get purge -y --auto-remove",
        ]);
    }

    private static IEnumerable<string> Packages(string name) => Own.GetValueOrDefault(name) ?? Pecl.GetValueOrDefault(name) ?? [];

    private static string Words(IEnumerable<string> names) => string.Join(' ', names.Select(ShellWord.Quoted));

    private static IEnumerable<string> Called(ProjectFolder folder)
    {
        List<(string Extension, Regex Call)> left = [.. Calls];
        foreach (var path in folder.Find("*.php").Where(path => !PhpPreset.IsOthers(path)))
        {
            var text = folder.Read(path);
            foreach (var call in left.Where(call => call.Call.IsMatch(text)).ToList())
            {
                left.Remove(call);
                yield return call.Extension;
            }
        }
    }

    /// <summary>
    /// Reads which database and cache the sample of the settings is for: frameworks bring a driver for each, and ask for none.
    /// </summary>
    private static IEnumerable<string> Connected(ProjectFolder folder, ComposerFile? composer)
    {
        var text = string.Join('\n', folder.Existing(".env.example", ".env.dist", ".env").Where(folder.Has).Select(folder.Read));
        // Where the sample says no kind of database, the framework's own settings have the default.
        if (!text.Contains("DB_CONNECTION=", StringComparison.Ordinal) && composer?.Uses("laravel/framework") == true)
        {
            text += string.Concat(folder.Find("database.php").Where(path => !PhpPreset.IsOthers(path)).Select(folder.Read)
                .Select(settings => DefaultConnection().Match(settings)).Where(match => match.Success)
                .Select(match => $"\nDB_CONNECTION={match.Groups["kind"].Value}\n"));
        }

        if (Mysql().IsMatch(text))
        {
            yield return "pdo_mysql";
        }

        if (Postgres().IsMatch(text))
        {
            yield return "pdo_pgsql";
        }

        if (RedisStore().IsMatch(text) && composer?.Uses("predis/predis") != true)
        {
            yield return "redis";
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"['""]default['""]\s*=>\s*(env\(\s*['""]DB_CONNECTION['""]\s*,\s*)?['""](?<kind>mysql|mariadb|pgsql)['""]", Options)]
    private static partial Regex DefaultConnection();

    [GeneratedRegex(@"\bmysqli_connect\s*\(|\bnew\s+\\?mysqli\b", Options)]
    private static partial Regex Mysqli();

    [GeneratedRegex(@"['""]mysql:[a-z{$]", Options)]
    private static partial Regex PdoMysql();

    [GeneratedRegex(@"['""]pgsql:[a-z{$]", Options)]
    private static partial Regex PdoPgsql();

    [GeneratedRegex(@"\bpg_p?connect\s*\(", Options)]
    private static partial Regex Pgsql();

    [GeneratedRegex(@"\bimagecreate(truecolor|from[a-z]+)?\s*\(", Options)]
    private static partial Regex Gd();

    [GeneratedRegex(@"\bnew\s+\\?ZipArchive\b", Options)]
    private static partial Regex Zip();

    [GeneratedRegex(@"\bnew\s+\\?Soap(Client|Server)\b", Options)]
    private static partial Regex Soap();

    [GeneratedRegex(@"\bbc(add|sub|mul|div|mod|pow|comp)\s*\(", Options)]
    private static partial Regex BcMath();

    [GeneratedRegex(@"\bnew\s+\\?(NumberFormatter|IntlDateFormatter|Collator|MessageFormatter)\b", Options)]
    private static partial Regex Intl();

    [GeneratedRegex(@"\bgmp_[a-z]+\s*\(", Options)]
    private static partial Regex Gmp();

    [GeneratedRegex(@"\bexif_read_data\s*\(", Options)]
    private static partial Regex Exif();

    [GeneratedRegex(@"\bnew\s+\\?Redis\s*\(", Options)]
    private static partial Regex Redis();

    [GeneratedRegex(@"^(DB_CONNECTION=(mysql|mariadb)\b|DATABASE_URL=[""']?(mysql|mariadb)2?:)", Options | RegexOptions.Multiline)]
    private static partial Regex Mysql();

    [GeneratedRegex(@"^(DB_CONNECTION=(pgsql|postgres)\b|DATABASE_URL=[""']?(pgsql|postgres|postgresql):)",
        Options | RegexOptions.Multiline)]
    private static partial Regex Postgres();

    [GeneratedRegex(@"^(CACHE_STORE|CACHE_DRIVER|SESSION_DRIVER|QUEUE_CONNECTION|BROADCAST_CONNECTION)=redis\b",
        Options | RegexOptions.Multiline)]
    private static partial Regex RedisStore();
}
