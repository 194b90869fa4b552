using Cake.MultiStage.Checking.Imports;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>
/// What Node.js and Python programs import as they are loaded is looked for; what they may never come to is left in peace.
/// </summary>
public sealed class ImportTests
{
    [TestCase("const a = require('express');", "express")]
    [TestCase("\"use strict\";\nconst e_1 = __importDefault(require(\"express\"));\nrequire('fs');", "express")]
    [TestCase("import express, { Router } from 'express'\nimport fs from 'node:fs'", "express")]
    [TestCase("import {\n  a,\n  b\n} from \"@scope/name/deep\"", "@scope/name")]
    [TestCase("import 'reflect-metadata'", "reflect-metadata")]
    [TestCase("export * from 'express'", "express")]
    [TestCase("const a = require('./config');", "./config")]
    [TestCase("const a = require('./own');\n", "deep")]
    public async Task A_module_that_is_missing_is_found(string text, string name) => Assert.That(await NodeAsync(text), Is.EqualTo([name]));

    [TestCase("const fs = require('fs'), p = require('path/posix'), t = require('node:test');")]
    [TestCase("const a = require('there'), b = require('@scope/there/x.js');")]
    [TestCase("try { require('optional') } catch { }")]
    [TestCase("function load() { return require('lazy'); }")]
    [TestCase("const load = () => require('lazy');")]
    [TestCase("const a = process.env.A ? require('one') : null;")]
    [TestCase("// require('comment')\n/* import 'x' */")]
    [TestCase("const text = `import x from 'template'`;")]
    [TestCase("const text = \"require('text')\";")]
    [TestCase("const r = /[/'\"`{]/g;\nconst s = 'a';")]
    [TestCase("const a = require(name);\nimport('dynamic');")]
    [TestCase("import a from '#own'; import b from 'https://example.com/a.js'; import c from '~/x'; import d from '@/y';")]
    [TestCase("require('tsconfig-paths/register');\nrequire('lib/a');")]
    [TestCase("const a = require('itself/server');")]
    [TestCase("const broken = 'no end;\nrequire('express')")]
    [TestCase("}{ require('express')")]
    public async Task A_module_that_is_there_or_may_not_be_asked_for_has_no_finding(string text) =>
        Assert.That(await NodeAsync(text), Is.Empty);

    [TestCase("import flask\n", "flask")]
    [TestCase("import os, flask as f\n", "flask")]
    [TestCase("from flask.views import View  # views\n", "flask")]
    [TestCase("\"\"\"Says:\nimport nothing\n\"\"\"\nimport flask\n", "flask")]
    [TestCase("import own.deep\n", "missing")]
    [TestCase("from helper import a\n", "absent")]
    public async Task A_module_that_is_not_installed_is_found(string text, string name) =>
        Assert.That(await PythonAsync(text, "python3", "/app/main.py"), Is.EqualTo([name]));

    [TestCase("import os, sys, json\nfrom __future__ import annotations\nimport tomllib\n")]
    [TestCase("import six\nfrom yaml import load\nimport native\n")]
    [TestCase("try:\n    import flask\nexcept ImportError:\n    flask = None\n")]
    [TestCase("def run():\n    import flask\n")]
    [TestCase("if TYPE_CHECKING:\n    from flask import Flask\n")]
    [TestCase("text = '''\nimport flask\n'''\n")]
    [TestCase("x = \"\"\"a\nimport flask\n\"\"\" + '\"\"\"'\n")]
    [TestCase("import sys\nsys.path.insert(0, 'lib')\nimport flask\n")]
    [TestCase("from . import a\nfrom .b import c\n")]
    [TestCase("import namespace.part\n")]
    public async Task A_module_that_is_installed_or_may_not_be_loaded_has_no_finding(string text) =>
        Assert.That(await PythonAsync(text, "python3", "/app/main.py"), Is.Empty);

    [TestCase("python3", "-m", "main")]
    [TestCase("python3", "-u", "main.py")]
    [TestCase("uvicorn", "main:app", "--host", "0.0.0.0")]
    [TestCase("gunicorn", "-w", "4", "main:create()")]
    [TestCase("/bin/sh", "-c", "exec uvicorn main:app --port 80")]
    public async Task The_module_is_found_that_is_run_or_served(params string[] command) =>
        Assert.That(await PythonAsync("import flask\n", command), Is.EqualTo(["flask"]));

    [Test]
    public async Task A_folder_that_is_added_by_a_file_of_paths_is_not_guessed() =>
        Assert.That(
            await PythonAsync("import flask\n", image => image.File("/usr/lib/python3/dist-packages/editable.pth", "/src\n"), "python3",
                "/app/main.py"), Is.Empty);

    private static async Task<IReadOnlyList<string>> NodeAsync(string text)
    {
        var image = await new TestImage { Settings = new()
            { Entrypoint = ["node", "server.js"], WorkingDirectory = "/app", Architecture = "amd64" } }
            .File("/usr/local/bin/node", TestElf.Make(), TestImage.Executable)
            .File("/app/package.json", """{ "name": "itself" }""").File("/app/server.js", text)
            .File("/app/own/index.js", "require('deep')")
            .File("/node_modules/there/package.json")
            .File("/app/node_modules/@scope/there/x.js")
            .LookAsync();
        return Names(image.Evidence);
    }

    private static Task<IReadOnlyList<string>> PythonAsync(string text, params string[] command) =>
        PythonAsync(text, image => image, command);

    private static async Task<IReadOnlyList<string>> PythonAsync(string text, Func<TestImage, TestImage> change, params string[] command)
    {
        var image = new TestImage { Settings = new() { Entrypoint = command, WorkingDirectory = "/app", Architecture = "amd64" } }
            .File("/usr/bin/python3", TestElf.Make(), TestImage.Executable).File("/bin/sh", TestElf.Make(), TestImage.Executable)
            .File("/usr/bin/uvicorn", "#!/usr/bin/python3\n", TestImage.Executable)
            .File("/usr/bin/gunicorn", "#!/usr/bin/python3\n", TestImage.Executable)
            .File("/usr/lib/python3.13/os.py")
            .File("/usr/lib/python3/dist-packages/six.py")
            .File("/usr/lib/python3/dist-packages/yaml/__init__.py")
            .File("/usr/lib/python3/dist-packages/native.cpython-313-x86_64-linux-gnu.so")
            .File("/usr/lib/python3/dist-packages/namespace/part.py")
            .File("/app/main.py", text)
            .File("/app/own/__init__.py")
            .File("/app/own/deep.py", "import missing\n")
            .File("/app/helper.py", "import absent\n");
        return Names((await change(image).LookAsync()).Evidence);
    }

    private static IReadOnlyList<string> Names(Evidence evidence) => [.. evidence.MissingImports.Select(missing => missing.Name)];
}
