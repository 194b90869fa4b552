using Cake.MultiStage.Packing;

// Arguments: the addin, the folder to write, a file that lists the private dependencies, one that lists all that it was compiled against.
// Or a package to be packed tighter.
if (args is [var package])
{
    Archive.Tighten(package);
    return 0;
}

if (args is not [var addin, var folder, var dependencyList, var referenceList])
{
    await Console.Error.WriteLineAsync("usage: ADDIN FOLDER DEPENDENCIES REFERENCES");
    return 2;
}

var dependencies = await File.ReadAllLinesAsync(dependencyList);
var work = Directory.CreateTempSubdirectory("multistage-packing-").FullName;
try
{
    var pruned = Path.Combine(work, "pruned");
    var linked = Path.Combine(work, "linked");
    JsonPruner.Run(addin, dependencies, pruned);
    await Linker.RunAsync(addin, Directory.GetFiles(pruned, "*.dll"), await File.ReadAllLinesAsync(referenceList), linked);
    Directory.CreateDirectory(folder);
    Renamer.Run(addin, [.. dependencies.Select(file => Path.Combine(linked, Path.GetFileName(file))).Where(File.Exists)], folder);
    Documentation.Run(addin, Path.Combine(folder, Path.ChangeExtension(Path.GetFileName(addin), ".xml")));
    return 0;
}
finally
{
    Directory.Delete(work, recursive: true);
}
