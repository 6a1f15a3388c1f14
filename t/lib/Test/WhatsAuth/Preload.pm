package Test::WhatsAuth::Preload;

=head1 NAME

Test::WhatsAuth::Preload - an nginx with a library before those of its own

=head1 SYNOPSIS

    my $hmac = Test::WhatsAuth::Preload->new('hmac', numbers => 2);
    my $nginx = $hmac->around(sub { start_nginx() });

    $hmac->put(0, 0, 0);
    ...
    my ($calls, $bytes) = $hmac->numbers(0, 2);

    my $slow = Test::WhatsAuth::Preload->new('slow', source => $text);

=head1 METHODS

=over

=item new($name, %option)

Compiles F<t/fault/NAME.c>, or the text C<source>.  Library and test talk by a
file of that name in the test's folder.  The library finds its path in the
variable C<WHATSAUTH_NAME> of the environment, and as C<PRELOAD_FILE>.  There is
such a file if C<numbers> says how many it holds; they are zero.

=item around($function)

Calls the function, whose programs load the library, before those of an
C<around> in which this one stands.

=item file

The path of the file.

=item numbers($first, $n), put($first, @numbers)

Reads and writes some of the numbers.

=back

=cut

use strict;
use warnings;

use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );


sub new {
    my ($class, $name, %option) = @_;

    my $file = slot_folder() . "/$name";
    my $source = defined $option{source}
                 ? write_file("$file.c", $option{source})
                 : "$TOP/t/fault/$name.c";

    system('cc', '-shared', '-fPIC', '-g', '-O2', '-Wall', '-Wextra', '-Werror',
           qq{-DPRELOAD_FILE="$file"}, '-o', "$file.so", $source, '-ldl') == 0
        or die "$source does not compile\n";

    my $self = bless { name => $name, file => $file }, $class;

    if ($option{numbers}) {
        open $self->{shared}, '+>', $file or die "$file: $!\n";
        $self->put(0, (0) x $option{numbers});
    }

    return $self;
}


sub file {
    my ($self) = @_;

    return $self->{file};
}


sub around {
    my ($self, $function) = @_;

    local $ENV{LD_PRELOAD} = join ':', "$self->{file}.so",
                             grep { length } $ENV{LD_PRELOAD} // '';
    local $ENV{"WHATSAUTH_\U$self->{name}"} = $self->{file};
    return $function->();
}


sub numbers {
    my ($self, $first, $n) = @_;

    sysseek $self->{shared}, 8 * $first, 0;
    sysread $self->{shared}, my $data, 8 * $n;
    return unpack 'q*', $data;
}


sub put {
    my ($self, $first, @numbers) = @_;

    sysseek $self->{shared}, 8 * $first, 0;
    syswrite $self->{shared}, pack 'q*', @numbers;
}


1;
