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
    Slimmer.Run(addin, pruned);
    var slim = Path.Combine(pruned, Path.GetFileName(addin));
    await Linker.RunAsync(
        slim,
        Directory.GetFiles(pruned, "*.dll").Where(file => file != slim),
        await File.ReadAllLinesAsync(referenceList),
        linked);
    Directory.CreateDirectory(folder);
    string[] left = [.. dependencies.Select(file => Path.Combine(linked, Path.GetFileName(file))).Where(File.Exists)];
    Renamer.Run(Path.Combine(linked, Path.GetFileName(addin)), left, folder);
    Verifier.Run(folder);
    Documentation.Run(addin, Path.Combine(folder, Path.ChangeExtension(Path.GetFileName(addin), ".xml")));
    return 0;
}
finally
{
    Directory.Delete(work, recursive: true);
}
