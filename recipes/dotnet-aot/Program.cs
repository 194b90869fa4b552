var text = args.Length == 0 ? Console.In.ReadToEnd() : string.Join(' ', args);
Console.WriteLine($"{text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length} words");
