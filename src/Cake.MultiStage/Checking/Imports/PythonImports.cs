using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Imports;

/// <summary>
/// Follows what a Python program imports as it is loaded, through the modules of its own, and finds what is not installed (Python
/// documentation, "The import system"). What is indented, as in <c>try</c>, a function or <c>if TYPE_CHECKING</c>, is ignored.
/// </summary>
internal sealed partial class PythonImports(CheckedImage image, ProgramReader reader)
{
    private const int MostFiles = 200;
    private const int MostOfFile = 1 << 20;

    private const string Library =
        """
        abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
        bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall
        compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm
        decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
        fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http
        idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
        mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath
        nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform
        plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri
        random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site
        smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
        stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap
        this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing
        unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc
        zipapp zipfile zipimport zlib zoneinfo
        """;

    // Beside those that packaging tools write, which add no folder.
    private static readonly string[] HarmlessPaths = ["distutils-precedence.pth", "_virtualenv.pth", "a1_coverage.pth", "README.pth"];

    // What changes where modules are looked for.
    private static readonly string[] PathChanges = ["sys.path", "addsitedir", "pkg_resources", "__path__", "sys.meta_path"];

    private static readonly HashSet<string> Standard = new(Library.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal);

    private readonly List<MissingImport> _missing = [];

    public async Task<IReadOnlyList<MissingImport>> FindAsync(CancellationToken cancellationToken)
    {
        var installed = InstallFolders();
        if (installed.Count == 0 || installed.Any(AddsFolders) || Entry() is not var (start, folder))
        {
            return [];
        }

        IReadOnlyList<string> own = [folder, .. Variable("PYTHONPATH")];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<FileSystemNode>(start is null ? [] : [start]);
        while (waiting.TryDequeue(out var file))
        {
            var text = file.Size.Bytes > MostOfFile
                ? ""
                : Encoding.UTF8.GetString((await reader.HeadAsync(file, MostOfFile, cancellationToken)).Span);
            if (PathChanges.Any(change => text.Contains(change, StringComparison.Ordinal)))
            {
                return [];
            }

            foreach (var name in ScriptText.TopOfPython(text).SelectMany(ImportsIn).Distinct(StringComparer.Ordinal))
            {
                foreach (var module in Modules(file, name, own, installed).Where(module => seen.Count < MostFiles && seen.Add(module.Path)))
                {
                    waiting.Enqueue(module);
                }
            }
        }

        return _missing;
    }

    /// <summary>Gets the files of the program's own that a name loads; notes a name that leads to nothing.</summary>
    private IEnumerable<FileSystemNode> Modules(FileSystemNode file, string name, IReadOnlyList<string> own,
        IReadOnlyList<FileSystemNode> installed)
    {
        var parts = name.Split('.');
        var folder = own.FirstOrDefault(place => image.Files.Resolve(place) is { } root && Has(root, parts[0]));
        if (folder is null)
        {
            if (!Standard.Contains(parts[0]) && !parts[0].StartsWith('_') && !installed.Any(place => Has(place, parts[0])))
            {
                _missing.Add(new MissingImport(file.Path, parts[0], "it is not installed, and no module of the program's own"));
            }

            yield break;
        }

        // A package loads its own file, and so does each part of a name with dots.
        for (var count = 1; count <= parts.Length; count++)
        {
            var path = $"{folder}/{string.Join('/', parts[..count])}";
            if ((image.Files.Resolve(path + ".py")
                ?? image.Files.Resolve(path + "/__init__.py")) is { File.Type: ImageFileType.File } module)
            {
                yield return module;
            }
        }
    }

    /// <summary>Gets the file that is run first, null for a module, and the folder that its modules are looked for in.</summary>
    private (FileSystemNode? Start, string Folder)? Entry()
    {
        if (ArgumentFile.Find(image) is { File.Type: ImageFileType.File } file && file.Name.EndsWith(".py", StringComparison.Ordinal))
        {
            return (file, file.Path[..file.Path.LastIndexOf('/')]);
        }

        // A server such as gunicorn or uvicorn is given MODULE:OBJECT, and looks in the working folder.
        var folder = image.Settings.WorkingDirectory.TrimEnd('/');
        var words = image.Programs.Words;
        if (words.Any(
            word => word.StartsWith("--app-dir", StringComparison.Ordinal)
                || word.StartsWith("--chdir", StringComparison.Ordinal)
                || word.StartsWith("--pythonpath", StringComparison.Ordinal)))
        {
            return null;
        }

        var module = words is [_, "-m", var named, ..] && !words.Any(word => Served().IsMatch(word))
            ? named
            : words.Skip(1).Select(word => Served().Match(word)).FirstOrDefault(match => match.Success)?.Groups["module"].Value;
        if (module is null || !Name().IsMatch(module))
        {
            return null;
        }

        var path = $"{folder}/{module.Replace('.', '/')}";
        var found = new[] { path + ".py", path + "/__main__.py", path + "/__init__.py" }.Select(image.Files.Resolve)
            .FirstOrDefault(node => node is { File.Type: ImageFileType.File });
        return found is null ? null : (found, folder.Length == 0 ? "/" : folder);
    }

    private static IEnumerable<string> ImportsIn(string line)
    {
        var code = line.Split('#')[0];
        return From().Match(code) is { Success: true } from ? [from.Groups["name"].Value]
            : Plain().Match(code) is { Success: true } plain
            ? plain.Groups["names"].Value.Split(',').Select(name => name.Trim().Split(' ')[0]).Where(name => Name().IsMatch(name))
            : [];
    }

    /// <summary>Gets the folders of the standard library and of what is installed, whichever of them this interpreter uses.</summary>
    private List<FileSystemNode> InstallFolders()
    {
        var folders = image.AllFiles
            .Where(node => node.IsDirectory && (node.Name is "site-packages" or "dist-packages" or "lib-dynload" || IsLibrary(node)))
            .ToList();
        return folders.Exists(IsLibrary) ? folders : [];
    }

    private static bool IsLibrary(FileSystemNode node) =>
        node.Name.StartsWith("python3", StringComparison.Ordinal) && node.Child("os.py") is not null;

    private static bool AddsFolders(FileSystemNode place) => place.Children.Any(file =>
        file.Name.EndsWith(".pth", StringComparison.Ordinal)
            && file.Size.Bytes > 0
            && !HarmlessPaths.Contains(file.Name, StringComparer.Ordinal)
            && !file.Name.EndsWith("-nspkg.pth", StringComparison.Ordinal));

    private static bool Has(FileSystemNode place, string module) => place.Child(module) is { IsDirectory: true }
        || place.Child(module + ".py") is not null || place.Child(module + ".pyc") is not null || place.Child(module + ".so") is not null
        || place.Children.Any(
            child => child.Name.StartsWith(module + ".", StringComparison.Ordinal) && child.Name.EndsWith(".so", StringComparison.Ordinal))
        // A link to a folder, as workspaces make them.
        || place.Child(module) is { File.Type: ImageFileType.SymbolicLink };

    private IEnumerable<string> Variable(string name) =>
        image.Settings.Environment.GetValueOrDefault(name)?.Split(':',
            StringSplitOptions.RemoveEmptyEntries).Select(image.Settings.Absolute) ?? [];

    [GeneratedRegex(@"^from\s+(?<name>[A-Za-z_][A-Za-z0-9_.]*)\s+import\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex From();

    [GeneratedRegex(@"^import\s+(?<names>[A-Za-z_][A-Za-z0-9_., ]*)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?<module>[A-Za-z_][A-Za-z0-9_.]*):[A-Za-z_][A-Za-z0-9_.]*(\(\))?$",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Served();
}
