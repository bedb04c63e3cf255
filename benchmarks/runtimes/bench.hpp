// What bench.h is for C, for cpp.cpp.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

class Bench {
  public:
    Bench(int count, char **arguments)
        : inputs(arguments[1]), turns(std::atol(arguments[2])), iterations(std::atol(arguments[3])),
          has_requests_alone(count > 4) {
    }
    std::string read(const std::string &name) const {
        std::ifstream file(inputs + "/" + name);
        must(file.good());
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::vector<std::pair<std::string, std::string>> headers() const {
        std::vector<std::pair<std::string, std::string>> found;
        std::ifstream file(inputs + "/headers");
        for (std::string line; std::getline(file, line);)
            found.emplace_back(line.substr(0, line.find(": ")), line.substr(line.find(": ") + 2));
        return found;
    }
    // One turn untimed, then the cases take turns.
    void run(const std::vector<std::pair<std::string, std::function<void()>>> &cases) const {
        for (long turn = -1; turn < turns; turn++)
            for (const auto &[name, call] : cases) {
                double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
                for (long i = 0; i < iterations; i++)
                    call();
                wall = now(CLOCK_MONOTONIC) - wall;
                cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
                if (turn >= 0)
                    std::printf("{\"name\": \"%s\", \"iterations\": %ld, \"seconds\": %.9f, \"wall\": %.9f}\n",
                                name.c_str(), iterations, cpu, wall);
                if (has_requests_alone)
                    break;
            }
    }
    static void must(bool holds) {
        if (!holds)
            std::abort();
    }

  private:
    static double now(clockid_t clock) {
        timespec time{};
        clock_gettime(clock, &time);
        return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
    }

    std::string inputs;
    long turns, iterations;
    bool has_requests_alone;
};
