using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>Makes the published schemas from the records, which so are the only place where a member is described.</summary>
internal static class ReportSchema
{
    private static readonly JsonSerializerOptions Written = new()
        { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonTypeInfo type, string name, int version, string title)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$id"] = name, ["title"] = title };
        var made = type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Member(context, node, name, version),
        });
        foreach (var (key, value) in made.AsObject().ToList())
        {
            made.AsObject().Remove(key);
            schema[key] = value;
        }

        return schema.ToJsonString(Written) + "\n";
    }

    private static JsonObject Member(JsonSchemaExporterContext context, JsonNode node, string name, int version)
    {
        var schema = context.PropertyInfo?.Name switch
        {
            "$schema" => new JsonObject { ["const"] = name },
            "schemaVersion" => new JsonObject { ["const"] = version },
            _ => Value(Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type, node as JsonObject ?? []),
        };
        var provider = context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type;
        if (provider.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute description])
        {
            schema.Remove("description");
            schema.Insert(0, "description", description.Description);
        }

        if (provider.GetCustomAttributes(typeof(RegularExpressionAttribute), inherit: false) is [RegularExpressionAttribute expression])
        {
            schema["pattern"] = expression.Pattern;
        }

        if (provider.GetCustomAttributes(typeof(MaxLengthAttribute), inherit: false) is [MaxLengthAttribute most])
        {
            schema["maxItems"] = most.Length;
        }

        return schema;
    }

    private static JsonObject Value(Type type, JsonObject schema)
    {
        if (type == typeof(ByteSize) || type == typeof(int))
        {
            return new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        }

        if (type == typeof(Digest) || type == typeof(ContentHash))
        {
            return new JsonObject { ["type"] = "string",
                ["pattern"] = type == typeof(Digest) ? "^[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$" : "^[0-9a-f]{64}$" };
        }

        if (type == typeof(IReadOnlyDictionary<string, ByteSize>))
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(typeof(ByteSize), []) };
        }

        // What is null is left out.
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types.First(one => (string?)one != "null")!.DeepClone();
        }

        if (schema["enum"] is JsonArray words && words.Any(word => word is null))
        {
            schema["enum"] = new JsonArray([.. words.Where(word => word is not null).Select(word => word!.DeepClone())]);
        }

        if (schema.ContainsKey("properties"))
        {
            schema["additionalProperties"] = false;
        }

        return schema;
    }
}
