namespace Cake.MultiStage.Projects.Hints;

/// <summary>How sources of a language name files of the folder that the program runs in.</summary>
internal sealed record SourceLanguage
{
    /// <summary>Gets what stands before the name of a file or folder that is read.</summary>
    public required IReadOnlyList<string> Readers { get; init; }

    /// <summary>Gets what stands before the name of a file that is made.</summary>
    public required IReadOnlyList<string> Makers { get; init; }

    /// <summary>Gets what stands before the name of a folder that is made.</summary>
    public required IReadOnlyList<string> FolderMakers { get; init; }

    /// <summary>Gets what stands before the name of a file that the compiler takes into the program.</summary>
    public IReadOnlyList<string> Embedders { get; init; } = [];

    /// <summary>Gets what stands before such a name in an attribute (<c>#[…]</c>), and elsewhere means nothing.</summary>
    public IReadOnlyList<string> AttributeEmbedders { get; init; } = [];

    /// <summary>Gets what stands before such a name in sources that use a macro, and elsewhere means nothing.</summary>
    public IReadOnlyList<(string Macro, string Word)> MacroEmbedders { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether the name of a file that exists says that it is read, wherever it stands, as in the default of an
    /// option.
    /// </summary>
    public bool TakesAllNames { get; init; }

    public static SourceLanguage Go => new()
    {
        Readers =
        [
            "os.Open", "os.ReadFile", "os.ReadDir", "os.Stat", "os.DirFS(", "ioutil.Read", "ParseFiles(", "ParseGlob(", "http.Dir(",
            "ServeFile(", ".Static(", ".StaticFile(", ".StaticFS(", "LoadHTMLGlob(", "LoadHTMLFiles(", "filepath.Join(", "path.Join(",
            "filepath.Glob(", "filepath.Walk", "AddConfigPath(", "SetConfigFile(", "LoadMessageFile(", "html.New(", "pongo2.", "raymond.",
            "goose.", "godotenv.Load(", "viper.", "migrate.New", "filesystem.New(", "Handler: http.", "SendFile(", ".File(",
        ],
        Makers =
        [
            "os.Create(", "os.WriteFile(", "ioutil.WriteFile(", "sqlite.Open(", "\"sqlite3\",", "\"sqlite\",",
            "bolt.Open(", "bbolt.Open(", "os.OpenFile(",
        ],
        FolderMakers = ["os.Mkdir(", "os.MkdirAll(", "badger.DefaultOptions(", "leveldb.OpenFile("],
        TakesAllNames = true,
    };

    public static SourceLanguage Rust => new()
    {
        Readers =
        [
            "File::open(", "fs::read", "Path::new(", "PathBuf::from(", ".join(", "ServeDir::new(", "ServeFile::new(", "NamedFile::open(",
            "Files::new(", "FileServer::from(", "Tera::new(", "File::with_name(", "File::from(", "Toml::file(", "Yaml::file(",
            "Json::file(", "fs::dir(", "fs::file(", "path_loader(", "load_from_file(", "Migrator::new(", "read_dir(", "glob(", "Figment",
            "from_path(", "Environment::", "from_file(",
        ],
        Makers = ["File::create(", "fs::write(", "Connection::open(", "sqlite://",
            "sqlite:"],
        FolderMakers = ["create_dir(", "create_dir_all(", "sled::open("],
        Embedders =
        [
            "include_str!(", "include_bytes!(", "include_dir!(", "include!(", "migrate!(", "embed_migrations!(", "static_loader!",
            "i18n!(", "load_translations!",
        ],
        AttributeEmbedders = ["folder =", "template(", "path ="],
        MacroEmbedders = [("static_loader!", "locales:")],
        TakesAllNames = true,
    };

    public static SourceLanguage Java => new()
    {
        Readers =
        [
            "new File(", "Paths.get(", "Path.of(", "FileInputStream(", "FileReader(", "Files.read", "Files.lines(", "Files.newInputStream(",
            "File(", "FileSystemResource(", "externalLocation", "location = Location.EXTERNAL", "StaticHandler.create(",
        ],
        FolderMakers = ["Files.createDirectory(Path.of(", "Files.createDirectories(Path.of(", "Files.createDirectories(Paths.get("],
        Makers = ["FileOutputStream(", "FileWriter(", "Files.create", "Files.write"],
    };

    public static SourceLanguage C => new()
    {
        Readers = ["fopen(", "open(", "ifstream", "fstream", "opendir(", "chdir(", "access(", "stat(", "filesystem::path", "LoadFile("],
        FolderMakers = ["mkdir(", "create_directory(", "create_directories("],
        Makers = ["ofstream", "sqlite3_open", "creat("],
    };
}
