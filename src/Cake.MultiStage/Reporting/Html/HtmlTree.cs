using System.Runtime.InteropServices;
using System.Text.Json;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>
/// The merged file system by columns: a value a node in each, nodes in the order of a walk that sees a directory before what
/// is in it. The depths say which directory a node is in. Names are one text, joined by the slash that no name holds.
/// </summary>
internal sealed class HtmlTree(Utf8JsonWriter writer, MeasuredImage measured)
{
    private readonly FileSystemNode[] _nodes = [measured.Files.Root, .. measured.Files.Root.Descendants()];

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        writer.WriteStartObject("tree");
        WriteNames();
        await writer.FlushAsync(cancellationToken);
        WriteColumn("depths", static node => node.Parent is null ? 0 : node.Path.AsSpan().Count('/'));
        WriteColumn("sizes", static node => node.IsDirectory ? 0 : node.Size.Bytes);
        WriteColumn("layers", static node => node.Layer);
        await writer.FlushAsync(cancellationToken);
        WriteTypes();
        WriteAttributes();
        writer.WriteStartObject("links");
        foreach (var (index, node) in _nodes.Index())
        {
            if (node.File is { Type: ImageFileType.SymbolicLink, LinkTarget: { } target })
            {
                writer.WriteString(FormattableString.Invariant($"{index}"), target);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    private void WriteNames()
    {
        writer.WritePropertyName("names");
        foreach (var node in _nodes.Skip(1))
        {
            writer.WriteStringValueSegment(node.Name, isFinalSegment: false);
            writer.WriteStringValueSegment("/", isFinalSegment: false);
        }

        writer.WriteStringValueSegment("", isFinalSegment: true);
    }

    private void WriteColumn(string name, Func<FileSystemNode, long> value)
    {
        writer.WriteStartArray(name);
        foreach (var node in _nodes)
        {
            writer.WriteNumberValue(value(node));
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes for each file the index of its type in the list of types, and -1 for what is no regular file.</summary>
    private void WriteTypes()
    {
        var indexes = measured.FileTypes.Index().ToDictionary(type => type.Item.Type, type => type.Index, StringComparer.Ordinal);
        var lookup = indexes.GetAlternateLookup<ReadOnlySpan<char>>();
        WriteColumn("types", node => node.File is { Type: ImageFileType.File } file && lookup.TryGetValue(ImageAnalysis.TypeOf(file), out var index) ? index : -1);
    }

    /// <summary>Few files differ in what they are, in permissions and owner: each combination is written once, and by its index for each node.</summary>
    private void WriteAttributes()
    {
        var indexes = new Dictionary<Attributes, int>();
        WriteColumn("attributes", node =>
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(indexes, Attributes.Of(node), out var known);
            return known ? index : index = indexes.Count - 1;
        });
        writer.WriteStartArray("attributeSets");
        foreach (var set in indexes.OrderBy(set => set.Value).Select(set => set.Key))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(set.Kind);
            writer.WriteNumberValue(set.Mode);
            writer.WriteNumberValue(set.UserId);
            writer.WriteNumberValue(set.GroupId);
            writer.WriteBooleanValue(set.HasCapabilities);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>What a node is, as in the JSON report, with permissions (-1 for directories that no layer lists) and owner.</summary>
    private sealed record Attributes(string Kind, int Mode, long UserId, long GroupId, bool HasCapabilities)
    {
        public static Attributes Of(FileSystemNode node) =>
            node.File is not { } file ? new Attributes(ReportNames.Of(ImageFileType.Directory), -1, 0, 0, HasCapabilities: false)
            : new Attributes(ReportNames.Of(node.IsFurtherName && file.Type == ImageFileType.File ? ImageFileType.HardLink : file.Type), file.Mode, file.UserId, file.GroupId, file.HasCapabilities);
    }
}
