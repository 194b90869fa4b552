using System.Buffers.Binary;
using System.Text;
using Cake.MultiStage.Checking.Programs;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Where ldconfig says that libraries are.</summary>
public sealed class LoaderCacheTests
{
    [Test]
    public void A_library_has_its_paths_in_order()
    {
        var cache =
            LoaderCache.Read(Cache(("liba.so.1", "/opt/64/liba.so.1"), ("liba.so.1", "/opt/32/liba.so.1"), ("libb.so", "/opt/libb.so")));
        Assert.That(cache["liba.so.1"], Is.EqualTo(["/opt/64/liba.so.1", "/opt/32/liba.so.1"]));
        Assert.That(cache["libb.so"], Is.EqualTo(["/opt/libb.so"]));
        Assert.That(cache["libc.so"], Is.Empty);
    }

    [Test]
    public void Part_of_a_name_is_no_name() => Assert.That(LoaderCache.Read(Cache(("libab.so", "/opt/libab.so")))["libb.so"], Is.Empty);

    [Test]
    public void A_cache_of_the_old_format_may_come_first() =>
        Assert.That(LoaderCache.Read([.. "ld.so-1.7.0\0\0\0\0\0"u8, .. Cache(("liba.so", "/opt/liba.so"))])["liba.so"],
            Is.EqualTo(["/opt/liba.so"]));

    [Test]
    public void A_broken_cache_is_no_fault()
    {
        var whole = Cache(("liba.so", "/opt/liba.so"));
        Assert.That(Enumerable.Range(0, whole.Length).Select(length => LoaderCache.Read(whole.AsSpan(0, length))["libz.so"].Count()),
            Is.All.Zero);
    }

    [Test]
    [Platform("Linux")]
    public void The_cache_of_this_host_leads_to_files()
    {
        Assume.That(File.Exists("/etc/ld.so.cache"), "this host has no ldconfig");
        var cache = LoaderCache.Read(File.ReadAllBytes("/etc/ld.so.cache"));
        Assert.That(cache["libc.so.6"].Where(File.Exists), Is.Not.Empty);
    }

    private static byte[] Cache(params (string Name, string Path)[] libraries)
    {
        var (head, texts) = (new byte[48 + (24 * libraries.Length)], new List<byte>());
        "glibc-ld.so.cache1.1"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(20), libraries.Length);
        foreach (var (index, (name, path)) in libraries.Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(48 + (24 * index) + 4), head.Length + texts.Count);
            texts.AddRange(Encoding.UTF8.GetBytes(name + "\0"));
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(48 + (24 * index) + 8), head.Length + texts.Count);
            texts.AddRange(Encoding.UTF8.GetBytes(path + "\0"));
        }

        return [.. head, .. texts];
    }
}
