using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The settings of RFC 9113, 6.5.2.</summary>
internal static class Http2Settings
{
    /// <summary>The window of every stream and of the connection before anyone says otherwise (RFC 9113, 6.9.2).</summary>
    public const int DefaultWindow = 65535;

    /// <summary>The greatest payload a frame can have.</summary>
    public const int LargestFrame = (1 << 24) - 1;

    private const int HeaderTableSize = 1;
    private const int EnablePush = 2;
    private const int MaxConcurrentStreams = 3;
    private const int InitialWindowSize = 4;
    private const int MaxFrameSize = 5;
    private const int MaxHeaderListSize = 6;

    /// <summary>Returns the frame that tells the peer this side's settings.</summary>
    public static byte[] Announce(GrpcServerLimits limits)
    {
        (int Id, int Value)[] settings =
        [
            (MaxConcurrentStreams, limits.MaxConcurrentStreams),
            (InitialWindowSize, limits.StreamWindow),
            (MaxFrameSize, limits.MaxFrameSize),
            (MaxHeaderListSize, limits.MaxHeaderListSize),
        ];
        var payload = new byte[settings.Length * 6];
        foreach (var (index, (id, value)) in settings.Index())
        {
            BinaryPrimitives.WriteInt16BigEndian(payload.AsSpan(index * 6), (short)id);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan((index * 6) + 2), value);
        }

        return new Http2Frame(Http2FrameType.Settings, Http2FrameFlags.None, 0, payload).ToBytes();
    }

    /// <summary>Reads the peer's settings.</summary>
    /// <returns>The changes this side heeds, in the order given.</returns>
    /// <exception cref="Http2ConnectionException">The frame is malformed or a value is out of its range.</exception>
    public static Http2SettingsChange[] Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length % 6 != 0)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a SETTINGS frame has a length that is not a multiple of 6");
        }

        var changes = new Http2SettingsChange[payload.Length / 6];
        for (var index = 0; index < changes.Length; index++)
        {
            var entry = payload.Slice(index * 6, 6);
            changes[index] = Read(BinaryPrimitives.ReadUInt16BigEndian(entry), BinaryPrimitives.ReadUInt32BigEndian(entry[2..]));
        }

        return changes;
    }

    private static Http2SettingsChange Read(int id, uint value) => id switch
    {
        HeaderTableSize => new Http2SettingsChange(HeaderTable: (int)Math.Min(value, int.MaxValue)),
        EnablePush when value > 1 =>
            throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "SETTINGS_ENABLE_PUSH is neither 0 nor 1"),
        InitialWindowSize => value <= int.MaxValue
            ? new Http2SettingsChange(Window: (int)value)
            : throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "SETTINGS_INITIAL_WINDOW_SIZE is above 2^31-1"),
        MaxFrameSize when value is < Http2Frame.AlwaysAcceptedSize or > LargestFrame =>
            throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "SETTINGS_MAX_FRAME_SIZE is out of its range"),

        // this side pushes nothing, sends no frame greater than every peer takes and no long header list
        _ => default,
    };
}

/// <summary>A change of the peer's settings: what it says, or nothing of concern.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Http2SettingsChange(int? HeaderTable = null, int? Window = null);
