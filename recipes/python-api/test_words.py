import unittest

from words import greeting


class GreetingTest(unittest.TestCase):
    def test_greets_by_name(self):
        self.assertEqual(greeting("Python"), "Hello, Python!")


if __name__ == "__main__":
    unittest.main()
