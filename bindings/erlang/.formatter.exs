[
  inputs: ["mix.exs", "lib/**/*.ex", "test/*.ex"],
  line_length: 120
]
