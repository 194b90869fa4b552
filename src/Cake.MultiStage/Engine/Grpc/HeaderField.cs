namespace Cake.MultiStage.Engine.Grpc;

/// <summary>How a field may be kept in compression tables (RFC 7541, 6.2).</summary>
internal enum HeaderIndexing
{
    /// <summary>The field goes into the dynamic table.</summary>
    Incremental,

    /// <summary>The field stays out of the dynamic table.</summary>
    None,

    /// <summary>The field stays out of every table on its way, also those of intermediaries.</summary>
    Never,
}

/// <summary>A header field. Each character of name and value is one octet (Latin-1), so nothing is lost in between.</summary>
internal readonly record struct HeaderField(string Name, string Value, HeaderIndexing Indexing = HeaderIndexing.Incremental)
{
    /// <summary>Gets the size by which tables and header lists count the field (RFC 7541, 4.1).</summary>
    public int Size => Name.Length + Value.Length + 32;
}
