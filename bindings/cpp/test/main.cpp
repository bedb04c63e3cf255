#include "tap.hpp"

int main() {
    int number = 0, failures = 0;
    std::cout << "1.." << all_tests().size() << std::endl;
    for (const auto &[name, test] : all_tests()) {
        std::string problem;
        try {
            test();
        } catch (const std::exception &error) {
            problem = error.what();
            failures++;
        }
        std::cout << (problem.empty() ? "ok " : "not ok ") << ++number << " - " << name << std::endl;
        if (!problem.empty())
            std::cout << "# " << problem << std::endl;
    }
    return failures == 0 ? 0 : 1;
}
