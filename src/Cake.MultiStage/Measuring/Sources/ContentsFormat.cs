using System.Text;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>The contents of an image as bytes. Who reads them has made sure that they are whole, and of the same version.</summary>
internal static class ContentsFormat
{
    // A name that is not a Unicode text could not be read back as it was.
    private static UTF8Encoding Strict => new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(ImageContents contents, Stream stream)
    {
        using var writer = new BinaryWriter(stream, Strict, leaveOpen: true);
        WriteBytes(writer, contents.Configuration);
        WriteAttestations(writer, contents.Attestations);
        writer.Write7BitEncodedInt(contents.Layers.Count);
        foreach (var layer in contents.Layers)
        {
            writer.Write(layer.DiffId.ToString());
            writer.Write7BitEncodedInt64(layer.Size.Bytes);
            writer.Write7BitEncodedInt(layer.Files);
            writer.Write(layer.CreatedBy);
            writer.Write(layer.CompressedSize?.Bytes ?? -1);
            writer.Write7BitEncodedInt(layer.Unlisted);
            writer.Write7BitEncodedInt(layer.Entries.Count);
            foreach (var file in layer.Entries)
            {
                Write(writer, file);
            }
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Write(ImageContents, Stream)"/> wrote.</exception>
    /// <exception cref="EndOfStreamException">They end too early.</exception>
    public static ImageContents Read(Stream stream)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var reader = new BinaryReader(buffered, Strict);
        try
        {
            var configuration = ReadBytes(reader);
            var attestations = ReadAttestations(reader);
            List<MeasuredLayer> layers = [];
            for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
            {
                layers.Add(ReadLayer(reader));
            }

            return new ImageContents(configuration, layers) { Attestations = attestations };
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    private static void WriteAttestations(BinaryWriter writer, IReadOnlyList<ImageAttestation> attestations)
    {
        writer.Write7BitEncodedInt(attestations.Count);
        foreach (var attestation in attestations)
        {
            writer.Write(attestation.Predicate);
            writer.Write(attestation.Digest.ToString());
            writer.Write7BitEncodedInt64(attestation.Size.Bytes);
            writer.Write(attestation.By);
            writer.Write(attestation.Packages ?? -1);
            writer.Write7BitEncodedInt(attestation.Sources.Count);
            foreach (var source in attestation.Sources)
            {
                writer.Write(source);
            }
        }
    }

    private static List<ImageAttestation> ReadAttestations(BinaryReader reader)
    {
        List<ImageAttestation> attestations = [];
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            var predicate = reader.ReadString();
            var digest = Digest.TryParse(reader.ReadString(), out var known) ? known : throw new InvalidDataException("A digest is none.");
            var attestation = new ImageAttestation(predicate, digest, new ByteSize(reader.Read7BitEncodedInt64()))
            {
                By = reader.ReadString(),
                Packages = reader.ReadInt32() is >= 0 and var packages ? packages : null,
            };
            List<string> sources = [];
            for (var source = reader.Read7BitEncodedInt(); source > 0; source--)
            {
                sources.Add(reader.ReadString());
            }

            attestations.Add(attestation with { Sources = sources });
        }

        return attestations;
    }

    private static MeasuredLayer ReadLayer(BinaryReader reader)
    {
        var layer = new MeasuredLayer(
            Digest.TryParse(reader.ReadString(), out var id) ? id : throw new InvalidDataException("A layer has no digest."),
            new ByteSize(reader.Read7BitEncodedInt64()),
            reader.Read7BitEncodedInt(),
            reader.ReadString());
        var compressed = reader.ReadInt64();
        var unlisted = reader.Read7BitEncodedInt();
        List<ImageFile> entries = [];
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            entries.Add(ReadFile(reader));
        }

        return layer with { CompressedSize = compressed < 0 ? null : new ByteSize(compressed), Unlisted = unlisted, Entries = entries };
    }

    private static void Write(BinaryWriter writer, ImageFile file)
    {
        writer.Write(file.Path);
        writer.Write((byte)file.Type);
        writer.Write7BitEncodedInt64(file.Size.Bytes);
        writer.Write7BitEncodedInt(file.Mode);
        writer.Write7BitEncodedInt64(file.UserId);
        writer.Write7BitEncodedInt64(file.GroupId);
        writer.Write((byte)((file.HasCapabilities ? 1 : 0) | (file.LinkTarget is null ? 0 : 2) | (file.Hash is null ? 0 : 4)));
        if (file.LinkTarget is { } target)
        {
            writer.Write(target);
        }

        if (file.Hash is { } hash)
        {
            Span<byte> bytes = stackalloc byte[ContentHash.Length];
            hash.CopyTo(bytes);
            writer.Write(bytes);
        }

        WriteBytes(writer, file.Content);
        writer.Write7BitEncodedInt(file.Contained.Count);
        foreach (var package in file.Contained)
        {
            writer.Write(package.Kind);
            writer.Write(package.Name);
            writer.Write(package.Version);
            writer.Write7BitEncodedInt(package.Licenses.Count);
            foreach (var license in package.Licenses)
            {
                writer.Write(license);
            }
        }
    }

    private static ContainedPackage[] ReadPackages(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        if (count == 0)
        {
            return [];
        }

        List<ContainedPackage> packages = [];
        for (; count > 0; count--)
        {
            var (kind, name, version) = (reader.ReadString(), reader.ReadString(), reader.ReadString());
            List<string> licenses = [];
            for (var license = reader.Read7BitEncodedInt(); license > 0; license--)
            {
                licenses.Add(reader.ReadString());
            }

            packages.Add(new ContainedPackage(kind, name, version, licenses));
        }

        return [.. packages];
    }

    private static ImageFile ReadFile(BinaryReader reader)
    {
        var file = new ImageFile
        {
            Path = reader.ReadString(),
            Type = (ImageFileType)reader.ReadByte(),
            Size = new ByteSize(reader.Read7BitEncodedInt64()),
            Mode = reader.Read7BitEncodedInt(),
            UserId = reader.Read7BitEncodedInt64(),
            GroupId = reader.Read7BitEncodedInt64(),
        };
        var has = reader.ReadByte();
        var target = (has & 2) == 0 ? null : reader.ReadString();
        Span<byte> hash = stackalloc byte[ContentHash.Length];
        if ((has & 4) != 0)
        {
            reader.BaseStream.ReadExactly(hash);
        }

        return file with
        {
            HasCapabilities = (has & 1) != 0,
            LinkTarget = target,
            Hash = (has & 4) == 0 ? null : new ContentHash(hash),
            Content = ReadBytes(reader),
            Contained = ReadPackages(reader),
        };
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlyMemory<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes.Span);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        if (length == 0)
        {
            return [];
        }

        var bytes = length > 0 ? reader.ReadBytes(length) : throw new InvalidDataException("A length is negative.");
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }
}
