using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Docker.DotNet.Models;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class ImageLayersTests
{
    [Test]
    public void Entries_with_a_size_are_layers_and_of_the_others_those_whose_instruction_makes_one()
    {
        var sized = ImageLayers.Sized([Id(1), Id(2), Id(3), Id(4)],
        [
            Entry("/bin/sh -c #(nop) ADD file:1 in / ", 50),
            Entry("/bin/sh -c #(nop)  CMD [\"bash\"]", 0),
            Entry("ENV A=B", 0),
            Entry("WORKDIR /src", 0),
            Entry("RUN /bin/sh -c true # buildkit", 0),
            Entry("COPY /a /b # buildkit", 7),
            Entry("ENTRYPOINT [\"/b\"]", 0),
        ]);

        Assert.That(sized!.Select(layer => (layer.DiffId, layer.Size.Bytes)),
            Is.EqualTo(new[] { (Id(1), 50L), (Id(2), 0L), (Id(3), 0L), (Id(4), 7L) }));
    }

    [Test]
    public void An_image_without_layers_has_none()
    {
        Assert.That(ImageLayers.Sized([], [Entry("HEALTHCHECK NONE", 0)]), Is.Empty);
    }

    [Test]
    public void A_history_that_does_not_fit_the_layers_tells_nothing()
    {
        Assert.That(ImageLayers.Sized([Id(1), Id(2)], [Entry("COPY", 1)]), Is.Null, "fewer entries than layers");
        Assert.That(ImageLayers.Sized([Id(1)], [Entry("COPY", 1), Entry("COPY", 1)]), Is.Null, "more sizes than layers");
    }

    private static ImageHistoryResponse Entry(string createdBy, long size) => new() { CreatedBy = createdBy, Size = size };

    private static Digest Id(int number) => Digest.Parse($"sha256:{number:x64}");
}
