# Types each line into a shell at a terminal, presses Tab, and prints what the line is then, between
# brackets. zsh has the terminal; the shell is zsh or fish.
#
#   zsh -f complete.zsh zsh|fish LINE...
zmodload zsh/zpty
export TERM=dumb
shell=$1
shift

# Ctrl-X prints the line and empties it.
case $shell in
  zsh)
    zpty shell zsh -f -i
    zpty -w shell 'PROMPT=; autoload -U compinit; compinit -u -D; source <(dht completion zsh)'
    zpty -w shell 'show() { print -r -- "[[$BUFFER]]"; BUFFER=; zle reset-prompt }'
    zpty -w shell 'zle -N show; bindkey "^X" show; print REA""DY'
    ;;
  fish)
    zpty shell fish --no-config -i
    zpty -w shell 'dht completion fish | source'
    zpty -w shell 'bind \cx "echo \"[[\"(commandline)\"]]\"; commandline \"\""; echo REA""DY'
    ;;
esac
zpty -r shell said '*READY*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\t\x18'
  zpty -r shell said '*\[\[*\]\]*'
  print -r -- "[${${said##*\[\[}%%\]\]*}]"
done
