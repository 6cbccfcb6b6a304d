import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';

/**
 * What a shell has to run to ask the program at each Tab. The answer is a line a word, its description behind a tab; where it
 * is empty the shell completes names of files.
 */
const scripts = {
  // Also for bash 3.2, which macOS has.
  bash: `_mp_verify() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(mp-verify complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _mp_verify mp-verify
`,
  // As a file in $fpath it is run for the first Tab, otherwise it is sourced.
  zsh: `#compdef mp-verify
_mp_verify() {
  local -a found
  local line
  while IFS= read -r line; do
    line=\${line//:/\\\\:}
    found+=("\${line/$'\\t'/:}")
  done < <(mp-verify complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe mp-verify found; else _files; fi
}
if [ "$funcstack[1]" = _mp_verify ]; then _mp_verify "$@"; else compdef _mp_verify mp-verify; fi
`,
  fish: `function __mp_verify
  set -l found (mp-verify complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c mp-verify -f -a '(__mp_verify)'
`,
} as const;

/** Prints the completion script of a shell. */
export async function completion(shell: keyof typeof scripts, host: Host): Promise<Outcome> {
  host.stdout.write(scripts[shell]);
  return 'pass';
}
