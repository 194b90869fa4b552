using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cake.MultiStage.Reporting;

/// <summary>Indented JSON in which the entries of long lists are a line each.</summary>
internal sealed class JsonLists : IDisposable
{
    private const int FlushAt = 1 << 20;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions LineOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _lineWriter;

    public JsonLists(Stream stream)
    {
        Writer = new Utf8JsonWriter(stream, Options);
        _lineWriter = new Utf8JsonWriter(_line, LineOptions);
    }

    public Utf8JsonWriter Writer { get; }

    public void WriteObject(string name, Action write)
    {
        Writer.WriteStartObject(name);
        write();
        Writer.WriteEndObject();
    }

    public void WriteList<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Writer.WriteStartArray(name);
        foreach (var item in items)
        {
            WriteLine(writer => write(writer, item));
        }

        Writer.WriteEndArray();
    }

    /// <summary>Writes a list that may be too long to be held.</summary>
    public async Task WriteListAsync<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken)
    {
        Writer.WriteStartArray(name);
        foreach (var item in items)
        {
            WriteLine(writer => write(writer, item));
            if (Writer.BytesPending > FlushAt)
            {
                await Writer.FlushAsync(cancellationToken);
            }
        }

        Writer.WriteEndArray();
    }

    public void Dispose()
    {
        Writer.Dispose();
        _lineWriter.Dispose();
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        // A raw value gets no line of its own from the writer.
        _line.Write(Encoding.ASCII.GetBytes("\n" + new string(' ', 2 * Writer.CurrentDepth)));
        _lineWriter.Reset();
        _lineWriter.WriteStartObject();
        write(_lineWriter);
        _lineWriter.WriteEndObject();
        _lineWriter.Flush();
        Writer.WriteRawValue(_line.WrittenSpan, skipInputValidation: true);
    }
}
