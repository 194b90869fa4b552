using System.Text.Json;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>The lists of the JSON report that say what is in the image.</summary>
internal static class JsonContents
{
    private const int Listed = 100;

    public static void Write(JsonLists json, MeasuredImage measured)
    {
        json.WriteList("duplicates", measured.Duplicates.Take(Listed), static (writer, files) =>
        {
            writer.WriteNumber("wasted", files.Wasted.Bytes);
            writer.WriteNumber("size", files.Size.Bytes);
            writer.WriteString("sha256", files.Hash.ToString());
            writer.WriteStrings("paths", files.Paths);
        });
        json.WriteList("leftovers", measured.Leftovers, static (writer, leftover) =>
        {
            writer.WriteString("kind", leftover.Kind);
            writer.WriteString("path", leftover.Path);
            writer.WriteNumber("size", leftover.Size.Bytes);
            writer.WriteNumber("files", leftover.Files);
            writer.WriteNumber("layer", leftover.Layer);
        });
        json.WriteList("packages", measured.Packages, static (writer, package) =>
        {
            writer.WriteString("manager", package.Manager);
            writer.WriteString("name", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteNumber("installedSize", package.InstalledSize.Bytes);
            writer.WriteNumber("size", package.Size.Bytes);
            writer.WriteNumber("layer", package.Layer);
        });
        json.WriteList("fileTypes", measured.FileTypes, static (writer, type) =>
        {
            writer.WriteString("type", type.Type);
            writer.WriteNumber("files", type.Files);
            writer.WriteNumber("size", type.Size.Bytes);
        });
        json.WriteList("directories", measured.Directories, static (writer, directory) =>
        {
            writer.WriteString("path", directory.Path);
            writer.WriteNumber("files", directory.Files);
            writer.WriteNumber("size", directory.Size.Bytes);
        });
    }

    /// <summary>Writes a file; what is as with most files is left out.</summary>
    public static void Write(Utf8JsonWriter writer, BaselineFile file)
    {
        writer.WriteString("path", file.Path);
        if (file.Type != ImageFileType.File)
        {
            writer.WriteString("type", ReportNames.Of(file.Type));
        }

        writer.WriteNumber("size", file.Size.Bytes);
        writer.WriteString("mode", Convert.ToString(file.Mode, 8));
        if (file.UserId != 0)
        {
            writer.WriteNumber("uid", file.UserId);
        }

        if (file.GroupId != 0)
        {
            writer.WriteNumber("gid", file.GroupId);
        }

        writer.WriteKnown("target", file.LinkTarget);
        writer.WriteNumber("layer", file.Layer);
        writer.WriteKnown("sha256", file.Hash?.ToString());
    }
}
