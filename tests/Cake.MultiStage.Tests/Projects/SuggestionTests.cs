using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Suggesting;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class SuggestionTests : FolderFixture
{
    private Suggestion Suggest(string text, Action<DockerfileProjectSettings>? configure = null)
    {
        _folder.File("app/Dockerfile", text);
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(_folder.Path));
        var cake = Mock.Of<ICakeContext>(fake => fake.Environment == environment);
        return cake.MultiStageSuggest(cake.MultiStageFromDockerfile("./app", configure ?? (_ => { })));
    }

    [Test]
    public void A_single_stage_with_its_toolchain_gets_the_lines_of_a_preset()
    {
        _folder.File("app/go.mod", "module example.com/hello\n\ngo 1.24\n").File("app/main.go", "package main\n\nfunc main() {}\n");
        var suggestion = Suggest(
            "FROM golang:1.24\nENV MODE=x\nEXPOSE 8080\nEXPOSE $P\nCOPY . .\nRUN go build -o /hello .\nUSER app\nCMD [\"/hello\"]\n",
            settings =>
            {
                settings.Tags.Add("hello:1.0");
                settings.Labels["team"] = "a \"b\"";
            });
        Assert.That(suggestion.Reasons, Is.EqualTo(new[]
        {
            "line 1 (FROM golang:1.24): what ships starts from 'golang:1.24', which has the Go toolchain.",
            "line 6 (RUN): 'go build' runs in what ships, and Go stays in it.",
        }));
        Assert.That(suggestion.Script,
            Is.EqualTo(
                "var app = MultiStageGo(\"./app\", go =>\n{\n    go.Name = \"app\";\n    go.Tags.Add(\"hello:1.0\");\n    "
                    + "go.Labels[\"team\"] = \"a \\\"b\\\"\";\n    "
                    + "go.Ports.Add(\"8080\");\n});\n"));
        Assert.That(suggestion.Project!.ToDockerfile().FinalStage.ToString(), Is.EqualTo("FROM scratch AS final"));
        Assert.That(suggestion.Notes,
            Has.Some.Contains("sets MODE, the proposal doesn't").And.Some.Contains("'USER app'")
                .And.Some.Contains("starts 'CMD [\"/hello\"]'"));
        Assert.That(suggestion.ToString(),
            Does.Contain("A PROPOSAL to read").And.Contain(suggestion.Script).And.Contain("FROM scratch AS final")
                .And.Contain("To look at:"));
    }

    [Test]
    public void A_port_that_the_proposals_program_does_not_listen_on_is_told()
    {
        _folder.File("app/requirements.txt", "flask\ngunicorn\n")
            .File("app/app.py", "from flask import Flask\n\napp = Flask(__name__)\n");
        var suggestion = Suggest("FROM python:3.13\nCOPY . .\nRUN pip install -r requirements.txt\nEXPOSE 80\n"
            + "CMD [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]\n");
        Assert.That(suggestion.Project!.Ports, Is.EqualTo(new[] { "8000" }));
        Assert.That(suggestion.Script, Does.Not.Contain("Ports"));
        Assert.That(suggestion.Notes, Has.Some.StartsWith("The Dockerfile exposes 80, and what the proposal starts listens on 8000"));
    }

    [Test]
    public void Ports_may_stand_in_variables()
    {
        _folder.File("app/go.mod", "module example.com/hello\n\ngo 1.24\n").File("app/main.go", "package main\n\nfunc main() {}\n");
        var suggestion = Suggest(
            "FROM golang:1.24\nARG PORT=3000\nARG OTHER\nENV HTTP=$PORT\nEXPOSE $HTTP/tcp 9229 $OTHER $NONE\nRUN go build -o /hello .\n",
            settings => settings.BuildArguments["OTHER"] = "81");
        Assert.That(suggestion.Project!.Ports, Is.EqualTo(new[] { "3000", "9229", "81" }));
    }

    [Test]
    public void A_proposal_with_a_proof_says_what_it_would_gain()
    {
        var suggestion = new Suggestion { Reasons = ["why"], Proof = ["smaller", "it starts"], Notes = ["a note"] };
        Assert.That(suggestion.ToString(), Is.EqualTo("why\n\nWhat it would gain:\n- smaller\n- it starts\n\nTo look at:\n- a note"));
    }

    [Test]
    public void A_proof_takes_no_tags_and_no_outputs()
    {
        _folder.File("app/Dockerfile", "FROM golang:1.24\n");
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(_folder.Path));
        var cake = Mock.Of<ICakeContext>(fake => fake.Environment == environment);
        Assert.That(() => cake.MultiStageSuggest(cake.MultiStageFromDockerfile("./app"), suggest => suggest.Build.Tags.Add("a:1")),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("suggest.Build has tags"));
    }

    [TestCase("FROM golang:1.24 AS b\nRUN go build\nFROM scratch\nCOPY --from=b /a /a\n")]
    [TestCase("FROM debian:13\nRUN remake && unmake\n")]
    [TestCase("FROM eclipse-temurin:21-jre\n")]
    [TestCase("FROM python:3.13-slim\n")]
    [TestCase("FROM python:3.13-alpine\n")]
    [TestCase("FROM alpine:3\nRUN apk add --virtual .build build-base && true && apk del .build\n")]
    [TestCase("FROM debian:13\nRUN apt-get install -y gcc && ./configure && apt-get purge -y gcc\n")]
    public void What_ships_no_toolchain_is_left_as_it_is(string text)
    {
        var suggestion = Suggest(text);
        Assert.That((suggestion.Reasons.Count, suggestion.Project, suggestion.Script), Is.EqualTo((0, (ImageProject?)null, (string?)null)));
        Assert.That(suggestion.ToString(), Does.StartWith("To look at:\n- Nothing that builds is found"));
    }

    [TestCase("FROM eclipse-temurin:21\n", "a JDK")]
    [TestCase("FROM mcr.microsoft.com/dotnet/sdk:10.0\n", "the .NET SDK")]
    [TestCase("FROM debian:13\nRUN apt-get install -y build-essential\n", "compilers")]
    [TestCase("FROM golang:1.24-alpine\n", "the Go toolchain")]
    [TestCase("FROM alpine:3\nRUN pip3 install flask\n", "'pip3 install' runs")]
    [TestCase("FROM debian:13\nRUN apt-get update && apt-get install -y gcc\n", "'gcc' is installed in what ships")]
    [TestCase("FROM debian:13\nRUN make -C /src install\n", "'make' runs in what ships")]
    [TestCase("FROM debian:13\nRUN <<E\nset -e\ncargo build --release\nE\n", "Cargo")]
    [TestCase("FROM node:22 AS base\nFROM base\nRUN [\"npm\", \"ci\"]\n", "npm stays")]
    public void A_toolchain_in_what_ships_is_found(string text, string what)
    {
        var suggestion = Suggest(text);
        Assert.That(suggestion.Reasons, Has.Some.Contains(what));
        Assert.That(suggestion.Notes.Single(), Does.Contain("No preset describes").And.Contain("MultiStageProject describes any other"));
    }

    [Test]
    public void A_description_has_nothing_to_be_replaced() => Assert.That(
        Assert.Throws<MultiStageException>(
            () => DockerfileSuggestion.Of(AnyProject.Describe(_folder.Path, new ProjectSettings { Name = "a", BuilderImage = "b" }),
                "."))!.Message,
        Does.Contain("is made of its description"));
}
