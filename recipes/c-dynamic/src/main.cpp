#include <zlib.h>

#include <iostream>
#include <string>
#include <vector>

int main(int argc, char **argv)
{
    const std::string text = argc > 1 ? argv[1] : std::string(1000, 'a');
    uLongf size = compressBound(text.size());
    std::vector<Bytef> squeezed(size);
    if (compress2(squeezed.data(), &size, reinterpret_cast<const Bytef *>(text.data()), text.size(), Z_BEST_COMPRESSION) != Z_OK)
    {
        return 1;
    }

    std::cout << text.size() << " bytes become " << size << '\n';
}
